/**
 * Every keyword of the playbook language: where it is allowed, what it takes, and what an editor says about it. The names are
 * Ansible's (its "Playbook Keywords" page); `undo` and `touches` are rtprov's own.
 */
import { LOOKUP_NAMES } from '../../template/runtime/lookup-table.js';

export type Place =
  'play' | 'block' | 'task' | 'handler' | 'import_tasks' | 'include_tasks' | 'role' | 'import_playbook';

/** What a keyword takes. All but `literal` sorts may also be given as a template. */
export type KeywordType =
  | 'text'
  | 'flag'
  | 'number'
  | 'texts'
  | 'tags'
  | 'conditions'
  | 'mapping'
  | 'mappings'
  | 'loop'
  | 'any'
  | 'nodes'
  | 'list';

export interface Keyword {
  readonly name: string;
  readonly type: KeywordType;
  readonly on: readonly Place[];
  readonly text: string;
  /** Ansible has it and rtprov does not: how to do without. */
  readonly unsupported?: string;
}

const tasks: readonly Place[] = ['task', 'handler', 'import_tasks'];
const inherited: readonly Place[] = ['play', 'block', ...tasks, 'role'];
const included: readonly Place[] = [...inherited, 'include_tasks'];
const own: readonly Place[] = ['task', 'handler'];
const play: readonly Place[] = ['play'];

function keyword(name: string, type: KeywordType, on: readonly Place[], text: string): Keyword {
  return { name, type, on, text };
}

function without(name: string, on: readonly Place[], unsupported: string): Keyword {
  return { name, type: 'any', on, text: 'Not supported by rtprov.', unsupported };
}

export const KEYWORDS: readonly Keyword[] = [
  keyword('name', 'text', [...included, 'import_playbook'], 'The name that the output shows.'),
  keyword('vars', 'mapping', [...included, 'import_playbook'], 'Variables that are valid here and below.'),
  keyword('tags', 'tags', [...included, 'import_playbook'], 'Names by which --tags and --skip-tags select.'),
  keyword(
    'when',
    'conditions',
    ['block', ...tasks, 'include_tasks', 'role', 'import_playbook'],
    'Conditions; all must hold.',
  ),

  keyword('become', 'flag', inherited, 'Run as another user (root unless become_user says otherwise).'),
  keyword('become_user', 'text', inherited, 'The user to become.'),
  keyword('become_method', 'text', inherited, 'How to become: sudo.'),
  keyword('become_flags', 'text', inherited, 'Further options for the become method.'),
  keyword('become_exe', 'text', inherited, 'The program of the become method.'),
  keyword('remote_user', 'text', inherited, 'The user to log in as.'),
  keyword('port', 'number', inherited, 'The SSH port.'),
  keyword('connection', 'text', inherited, 'ssh or local.'),
  keyword('environment', 'mappings', inherited, 'Environment variables of programs on the target.'),
  keyword('no_log', 'flag', included, 'Keep arguments, results and diffs out of every output.'),
  keyword('ignore_errors', 'flag', included, 'A failed task does not stop its host.'),
  keyword('ignore_unreachable', 'flag', inherited, 'A host that cannot be reached skips only this task.'),
  keyword('check_mode', 'flag', inherited, 'True: never act. False: act even with --check.'),
  keyword('diff', 'flag', inherited, 'Show differences of this task, or hide them.'),
  keyword('any_errors_fatal', 'flag', inherited, 'A failure on one host stops the play on all.'),
  keyword('throttle', 'number', inherited, 'The highest number of hosts at a time.'),
  keyword(
    'timeout',
    'number',
    included,
    'Time limit, in seconds, of a command or a task that waits; other modules are never interrupted.',
  ),
  keyword('run_once', 'flag', included, 'Only on the first host of the batch.'),
  keyword('module_defaults', 'mapping', inherited, 'Arguments for every task that uses the named module.'),
  keyword(
    'collections',
    'list',
    included,
    'Accepted, but has no effect: rtprov finds modules by their names alone.',
  ),
  keyword('delegate_to', 'text', ['block', ...tasks, 'role'], 'Do it on this host instead.'),
  keyword('delegate_facts', 'flag', ['block', ...tasks, 'role'], 'Facts go to the delegated host.'),
  keyword('notify', 'texts', ['block', ...tasks], 'Handlers that run later if this task changed something.'),
  without('debugger', included, 'Remove debugger; --step and --start-at-task help to find errors.'),

  keyword('hosts', 'texts', play, 'The pattern of hosts; required.'),
  keyword('gather_facts', 'flag', play, 'Whether facts are gathered before the first task.'),
  keyword('gather_subset', 'texts', play, 'Which facts are gathered.'),
  keyword('gather_timeout', 'number', play, 'Time limit of gathering facts, in seconds.'),
  keyword('serial', 'list', play, 'Batch sizes: numbers or percentages, one or a list.'),
  keyword('max_fail_percentage', 'number', play, 'The play stops when a higher percentage of a batch fails.'),
  keyword('force_handlers', 'flag', play, 'Run notified handlers even after a failure.'),
  keyword('order', 'text', play, 'Order of the hosts.'),
  keyword(
    'strategy',
    'text',
    play,
    'linear or free; in both, hosts wait for each other only between batches.',
  ),
  keyword('vars_files', 'list', play, 'Files with variables.'),
  keyword('vars_prompt', 'list', play, 'Variables that the user enters at the start.'),
  keyword('roles', 'list', play, 'Roles, run between pre_tasks and tasks.'),
  keyword('tasks', 'nodes', play, 'Tasks in order.'),
  keyword('pre_tasks', 'nodes', play, 'Tasks before the roles.'),
  keyword('post_tasks', 'nodes', play, 'Tasks after `tasks` and their handlers.'),
  keyword('handlers', 'nodes', play, 'Tasks that run when notified.'),
  without('fact_path', play, 'Local facts are read from /etc/ansible/facts.d.'),
  without('validate_argspec', play, 'rtprov checks names and arguments by itself.'),

  keyword('block', 'nodes', ['block'], 'Tasks that share keywords.'),
  keyword('rescue', 'nodes', ['block'], 'Tasks that run when a task of the block failed.'),
  keyword('always', 'nodes', ['block'], 'Tasks that run in any case.'),

  keyword('action', 'any', own, 'The module and its arguments, as one text or as a mapping with `module`.'),
  keyword('local_action', 'any', own, 'Like action, but done on the controller.'),
  keyword('args', 'mapping', [...tasks, 'include_tasks'], 'Further arguments of the module.'),
  keyword('loop', 'loop', [...own, 'include_tasks'], 'Do it for each item of a list.'),
  keyword(
    'loop_control',
    'mapping',
    [...own, 'include_tasks'],
    'loop_var, index_var, label, pause, extended.',
  ),
  keyword('register', 'text', [...own, 'include_tasks'], 'The variable that holds the result.'),
  keyword('changed_when', 'conditions', own, 'When the result counts as changed.'),
  keyword('failed_when', 'conditions', own, 'When the result counts as failed.'),
  keyword('until', 'conditions', own, 'Repeat until this holds.'),
  keyword('retries', 'number', own, 'How often to repeat (default: 3).'),
  keyword('delay', 'number', own, 'Seconds between two tries (default: 5).'),
  keyword(
    'listen',
    'texts',
    ['handler', 'import_tasks', 'include_tasks'],
    'Further names that notify may use.',
  ),
  keyword('undo', 'text', own, "rtprov's own: shell text that undoes this command at a rollback."),
  keyword(
    'touches',
    'texts',
    own,
    "rtprov's own: the only paths that this command changes; the journal keeps their old state.",
  ),
  without('async', own, 'Remove async and poll; a command may run as long as it needs (see timeout).'),
  without('poll', own, 'Remove async and poll; a command may run as long as it needs (see timeout).'),

  keyword('role', 'text', ['role'], 'The name of the role.'),
  keyword('import_playbook', 'text', ['import_playbook'], 'The file of plays to import.'),
];

/** The loop forms that older playbooks use; src/playbook/task/loop.ts says what each becomes. */
export const WITH_KEYWORDS: readonly string[] = [
  ...new Set(['with_flattened', ...LOOKUP_NAMES.map((name) => `with_${name}`)]),
];

const byPlace = new Map<Place, ReadonlyMap<string, Keyword>>();

/** The keywords that may be in a place, by name. */
export function keywordsOf(place: Place): ReadonlyMap<string, Keyword> {
  let found = byPlace.get(place);
  if (found === undefined) {
    found = new Map(KEYWORDS.filter((entry) => entry.on.includes(place)).map((entry) => [entry.name, entry]));
    byPlace.set(place, found);
  }
  return found;
}
