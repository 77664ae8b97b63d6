/** Where a signal may meet the program: each a command line, with the text after which it is there. */

export interface SignalCase {
  readonly what: string;
  readonly signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP';
  /** Tasks of the play that is run, after a task that prints `mark`. */
  readonly tasks?: string;
  readonly play?: string;
  /** The command line, with PLAY, NOBODY (a host that does not answer), MANY (fifty of them), NAMELESS (DNS does not answer), PROXY, LONG (a long name) and others in it. */
  readonly args?: readonly string[];
  /** Printed when it is there; by default `mark`. Undefined: nothing is printed, and it is waited for a while. */
  readonly mark?: string | undefined;
  /** A terminal is at its standard input and outputs. */
  readonly terminal?: true;
  /** The same signal comes once more. */
  readonly twice?: true;
}

const local = ['run', 'PLAY', '-i', 'LOCAL'] as const;

const many = '    - debug: msg=x\n      loop: "{{ range(4000) | list }}"\n'.repeat(400);
const template =
  '    - debug: msg="{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}"\n';
const expression = `    - debug: msg="{{ '${'a'.repeat(60)}!' is match('^(a+)+$') }}"\n`;
const pause = '    - pause: seconds=600\n';
const until = (delay: number): string =>
  `    - debug: msg=x\n      register: r\n      until: false\n      retries: 100000000\n      delay: ${delay}\n`;
const pipe = (command: string): string => `    - debug:\n        msg: "{{ lookup('pipe', '${command}') }}"\n`;
const prompt =
  '- hosts: all\n  gather_facts: false\n  vars_prompt: [{ name: secret, prompt: "the question" }]\n';
const command = '    - command: "true"\n';

/** Those that keep a processor busy. */
export const busyCases: readonly SignalCase[] = [
  { what: 'a busy template', signal: 'SIGTERM', tasks: template },
  { what: 'a busy template', signal: 'SIGINT', tasks: template },
  { what: 'a busy template', signal: 'SIGHUP', tasks: template, twice: true },
  { what: 'a regular expression without end', signal: 'SIGTERM', tasks: expression },
  {
    what: 'a regular expression without end, at a terminal',
    signal: 'SIGINT',
    tasks: expression,
    mark: 'PLAY',
    terminal: true,
  },
  { what: 'many tasks that touch no target', signal: 'SIGTERM', tasks: many },
  { what: 'an until without delay', signal: 'SIGTERM', tasks: until(0) },
  {
    what: 'a list of hosts by a regular expression without end',
    signal: 'SIGTERM',
    args: ['run', 'PLAY', '-i', 'LONG', '-l', '~(a+)+$'],
    tasks: until(0),
    mark: undefined,
  },
  { what: 'lint of a huge file', signal: 'SIGTERM', args: ['lint', 'HUGE'], mark: undefined },
  { what: 'lint of a huge file', signal: 'SIGHUP', args: ['lint', 'HUGE'], mark: undefined },
];

const nobody = (...args: readonly string[]): Pick<SignalCase, 'args' | 'tasks' | 'mark'> => ({
  args: [...args, '-i', 'NOBODY'],
  tasks: command,
  mark: undefined,
});

/** Those that wait for something. */
export const idleCases: readonly SignalCase[] = [
  { what: 'a pause', signal: 'SIGINT', tasks: pause },
  { what: 'a pause', signal: 'SIGHUP', tasks: pause, twice: true },
  { what: 'an until with a delay', signal: 'SIGTERM', tasks: until(100) },
  { what: 'waiting for a time', signal: 'SIGTERM', tasks: '    - wait_for: timeout=600\n' },
  { what: 'a lookup that sleeps', signal: 'SIGTERM', tasks: pipe('sleep 600') },
  {
    what: 'a lookup that gives no heed to signals',
    signal: 'SIGTERM',
    tasks: pipe('trap : TERM INT HUP; while :; do sleep 600; done'),
  },
  { what: 'connecting to a host that does not answer', signal: 'SIGTERM', ...nobody('run', 'PLAY') },
  {
    what: 'a check of fifty hosts',
    signal: 'SIGINT',
    ...nobody('run', '--check', 'PLAY'),
    args: ['run', '--check', 'PLAY', '-i', 'MANY'],
  },
  { what: 'facts', signal: 'SIGTERM', ...nobody('facts', 'h1') },
  { what: 'a rollback', signal: 'SIGTERM', ...nobody('rollback', 'h1') },
  { what: 'a rollback at a terminal', signal: 'SIGTERM', ...nobody('rollback', 'h1'), terminal: true },
  { what: 'history of a host', signal: 'SIGHUP', ...nobody('history', 'h1') },
  { what: 'history prune', signal: 'SIGINT', ...nobody('history', 'prune', 'h1', '--keep', '1', '--yes') },
  {
    what: 'a question to DNS',
    signal: 'SIGTERM',
    ...nobody('run', 'PLAY'),
    args: ['run', 'PLAY', '-i', 'NAMELESS'],
  },
  {
    what: 'a ProxyCommand',
    signal: 'SIGTERM',
    ...nobody('run', 'PLAY'),
    args: ['run', 'PLAY', '-i', 'PROXY'],
  },
  { what: 'a ProxyCommand of facts', signal: 'SIGHUP', ...nobody(), args: ['facts', 'h1', '-i', 'PROXY'] },
  { what: 'vars_prompt', signal: 'SIGTERM', play: prompt, mark: 'the question', terminal: true },
  {
    what: 'a prompt of pause',
    signal: 'SIGINT',
    tasks: '    - pause: { prompt: "the question", echo: false }\n',
    mark: 'the question',
    terminal: true,
  },
  {
    what: 'a prompt of pause',
    signal: 'SIGHUP',
    tasks: '    - pause: prompt="the question"\n',
    mark: 'the question',
    terminal: true,
  },
  {
    what: '--ask-pass',
    signal: 'SIGTERM',
    args: [...local, '-k'],
    tasks: pause,
    mark: 'password',
    terminal: true,
  },
  {
    what: '--ask-pass',
    signal: 'SIGHUP',
    args: [...local, '-k'],
    tasks: pause,
    mark: 'password',
    terminal: true,
  },
  {
    what: '--ask-pass of a rollback',
    signal: 'SIGHUP',
    args: ['rollback', 'h1', '-k', '-i', 'LOCAL'],
    mark: 'password',
    terminal: true,
  },
];
