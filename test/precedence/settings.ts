/**
 * All that says who logs in, where, and who tasks run as: variables, keywords and options. Two at a time say it for a host of their own.
 */
import type { Vars } from './layers.js';

/** Where a value is written. Hosts with `option` or `extra` are of runs with these. */
export interface Written {
  readonly host?: Vars;
  readonly play?: Vars;
  readonly playVars?: Vars;
  readonly fact?: Vars;
  readonly block?: Vars;
  readonly task?: Vars;
  readonly taskVars?: Vars;
  readonly option?: readonly string[];
  readonly extra?: Vars;
}

export type SettingName = 'user' | 'port' | 'become' | 'become_user';

type Value = string | number | boolean;

type Source = (value: Value) => Written;

const variable = (name: string): Readonly<Record<string, Source>> => ({
  [`inventory ${name}`]: (value) => ({ host: { [name]: value } }),
  [`play vars ${name}`]: (value) => ({ playVars: { [name]: value } }),
  [`set_fact ${name}`]: (value) => ({ fact: { [name]: value } }),
  [`task vars ${name}`]: (value) => ({ taskVars: { [name]: value } }),
});

const extra = (name: string): Readonly<Record<string, Source>> => ({
  [`extra vars ${name}`]: (value) => ({ extra: { [name]: value } }),
});

const keyword = (name: string): Readonly<Record<string, Source>> => ({
  [`play ${name}`]: (value) => ({ play: { [name]: value } }),
  [`block ${name}`]: (value) => ({ block: { [name]: value } }),
  [`task ${name}`]: (value) => ({ task: { [name]: value } }),
});

const old = (name: string): Readonly<Record<string, Source>> => ({
  [`inventory ${name}`]: (value) => ({ host: { [name]: value } }),
});

/** What holds for a whole run comes last, so that it says the same in each. */
const SETTINGS: Readonly<Record<SettingName, Readonly<Record<string, Source>>>> = {
  user: {
    ...variable('ansible_user'),
    ...old('ansible_ssh_user'),
    ...keyword('remote_user'),
    '--user': (value) => ({ option: ['--user', String(value)] }),
    ...extra('ansible_user'),
  },
  port: {
    ...variable('ansible_port'),
    ...old('ansible_ssh_port'),
    ...keyword('port'),
    ...extra('ansible_port'),
  },
  become: {
    ...variable('ansible_become'),
    ...keyword('become'),
    '--become': () => ({ option: ['--become'] }),
    ...extra('ansible_become'),
  },
  become_user: {
    ...variable('ansible_become_user'),
    ...old('ansible_sudo_user'),
    ...keyword('become_user'),
    '--become-user': (value) => ({ option: ['--become-user', String(value)] }),
    ...extra('ansible_become_user'),
  },
};

/** Two that say something else of one setting, and the host for which they do. */
export interface Contest {
  readonly setting: SettingName;
  readonly one: string;
  readonly other: string;
  readonly host: string;
  /** What each of the two says. */
  readonly values: readonly [Value, Value];
  readonly written: Written;
}

/** What a host's connection was made of. */
export interface Seen {
  readonly user?: string | undefined;
  readonly port?: number | undefined;
  /** Undefined: the login user. */
  readonly becomeUser?: string | undefined;
}

const valuesOf: Readonly<Record<SettingName, readonly (readonly [Value, Value])[]>> = {
  user: [['first', 'second']],
  port: [[1001, 1002]],
  // Both ways, for a value that is not given means false.
  become: [
    [true, false],
    [false, true],
  ],
  become_user: [['first', 'second']],
};

function merged(one: Written, other: Written): Written {
  const both = (
    key: 'host' | 'play' | 'playVars' | 'fact' | 'block' | 'task' | 'taskVars' | 'extra',
  ): Vars => ({
    ...one[key],
    ...other[key],
  });
  return {
    ...{ host: both('host'), play: both('play'), playVars: both('playVars'), fact: both('fact') },
    ...{ block: both('block'), task: both('task'), taskVars: both('taskVars'), extra: both('extra') },
    option: [...(one.option ?? []), ...(other.option ?? [])],
  };
}

function contestsOf(setting: SettingName): readonly Contest[] {
  const sources = Object.entries(SETTINGS[setting]);
  return sources.flatMap(([one, first], at) =>
    sources.slice(at + 1).flatMap(([other, second], more) =>
      valuesOf[setting].flatMap((values, way): Contest[] => {
        // An option that can only say yes.
        if ((one === '--become' && values[0] === false) || (other === '--become' && values[1] === false))
          return [];
        const host = `${setting.replace('_', '-')}-${at}-${at + 1 + more}-${way}`;
        return [{ setting, one, other, host, values, written: merged(first(values[0]), second(values[1])) }];
      }),
    ),
  );
}

export const CONTESTS: readonly Contest[] = (['user', 'port', 'become', 'become_user'] as const).flatMap(
  contestsOf,
);

export const contestName = ({ one, other, values }: Contest): string =>
  typeof values[0] === 'boolean' ? `${one} ${values[0]} | ${other} ${values[1]}` : `${one} | ${other}`;

/** Which of the two the connection of its host followed. */
export function winnerOfContest({ setting, one, other, values }: Contest, seen: Seen): string {
  const value = {
    user: seen.user,
    port: seen.port,
    become: seen.becomeUser !== undefined,
    become_user: seen.becomeUser,
  }[setting];
  const at = values.indexOf(value ?? '');
  return at < 0 ? `neither, but ${value ?? 'nothing'}` : at === 0 ? one : other;
}

/** Hosts that one run has, because its options are the same for all. */
export interface Batch {
  readonly arguments: readonly string[];
  readonly extra: Vars;
  readonly contests: readonly Contest[];
}

export function batches(): readonly Batch[] {
  const batch = new Map<string, Batch>();
  for (const contest of CONTESTS) {
    const { option = [], extra = {} } = contest.written;
    const key = JSON.stringify([option, extra]);
    batch.set(key, { arguments: option, extra, contests: [...(batch.get(key)?.contests ?? []), contest] });
  }
  return [...batch.values()];
}

function playOf({ setting, host, written }: Contest): Vars {
  const fact = Object.keys(written.fact ?? {}).length === 0 ? [] : [{ set_fact: written.fact ?? {} }];
  // Whoever becomes nobody has no user to become.
  const become = setting === 'become_user' ? { become: true } : {};
  const task = {
    name: host,
    raw: 'echo "become=$USER_IS"',
    vars: written.taskVars ?? {},
    ...become,
    ...written.task,
  };
  return {
    hosts: host,
    gather_facts: false,
    ignore_unreachable: true,
    vars: written.playVars ?? {},
    ...written.play,
    tasks: [...fact, { ...written.block, block: [task] }],
  };
}

export const BATCH_INVENTORY = 'inventory/hosts.yml';

/** The files of a batch, as JSON. */
export function batchFiles({ contests, extra }: Batch): Readonly<Record<string, string>> {
  const hosts = Object.fromEntries(contests.map(({ host, written }) => [host, written.host ?? {}]));
  return {
    'site.yml': JSON.stringify(contests.map(playOf)),
    [BATCH_INVENTORY]: JSON.stringify({ all: { hosts } }),
    'extra.json': JSON.stringify(extra),
  };
}
