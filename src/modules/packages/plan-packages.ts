/** From the packages that a task wants to the changes of one transaction of the host's package manager. */
import type { ReadRequest } from '../../resources/resource.js';
import type { TransactionRequest, TransactionState } from '../../resources/transaction/state.js';
import { transactionName } from '../../resources/transaction/request.js';
import { raw, type Shell } from '../../shell/shell.js';
import type { NeedsContext, PlanContext, Step, TaskPlan } from '../core/module.js';
import type { TargetFacts } from '../../resources/facts/target.js';
import { failed, planned } from '../core/plan-result.js';
import { packageWord, rpmWord, versionMatches, type PackageWord } from './names.js';

export interface WantedPackages {
  readonly names: readonly string[];
  readonly state: 'present' | 'absent' | 'latest' | 'fixed';
  readonly updateCache: boolean;
  readonly cacheValidSeconds: number;
  readonly upgrade?: 'safe' | 'full' | 'dist' | undefined;
  readonly purge: boolean;
  readonly autoremove: boolean;
  readonly onlyUpgrade: boolean;
  readonly allowDowngrade: boolean;
  readonly recommends?: boolean | undefined;
  readonly defaultRelease?: string | undefined;
}

type Looker = Pick<NeedsContext, 'state' | 'checkMode' | 'facts'>;
type Manager = TargetFacts['pkgMgr'];
type Spoken = Exclude<Manager, 'unknown'>;

function wordsOf(wanted: WantedPackages, manager: Manager): readonly PackageWord[] {
  const parse = manager === 'apt' ? packageWord : rpmWord;
  return wanted.names.flatMap((name) => parse(name) ?? []);
}

/** Packages that can be read by name, without asking the package manager. */
function readable(wanted: WantedPackages, manager: Manager): readonly ReadRequest[] {
  return wordsOf(wanted, manager).flatMap((word) =>
    word.pattern ? [] : [{ kind: 'package', name: word.resource } as const],
  );
}

function version(word: PackageWord, context: Looker): string | undefined {
  return context.state('package', word.resource).version;
}

/** Whether a package is as the task wants it without asking the package manager. */
function satisfied(word: PackageWord, wanted: WantedPackages, context: Looker): boolean {
  if (word.pattern) return false;
  const state = context.state('package', word.resource);
  // What is half installed is still to be removed.
  if (wanted.state === 'absent')
    return state.version === undefined && state.half !== true && !(wanted.purge && state.configFiles);
  if (state.version === undefined) return wanted.onlyUpgrade;
  if (wanted.state === 'latest' || wanted.state === 'fixed' || word.word.includes('/')) return false;
  return word.version === undefined || versionMatches(word.version, state.version);
}

/** What to ask; undefined when there is nothing to ask. */
function requestFor(wanted: WantedPackages, context: Looker): TransactionRequest | undefined {
  const open = wordsOf(wanted, context.facts.pkgMgr).filter((word) => !satisfied(word, wanted, context));
  if (open.length === 0 && !wanted.updateCache && wanted.upgrade === undefined && !wanted.autoremove)
    return undefined;
  const words = open.map((word) => word.word);
  const remove = wanted.state === 'absent';
  return {
    install: remove ? [] : words,
    remove: remove ? open.map((word) => word.name) : [],
    purge: wanted.purge,
    autoremove: wanted.autoremove,
    ...(wanted.upgrade === undefined ? {} : { upgrade: wanted.upgrade }),
    latest: wanted.state === 'latest',
    allowDowngrade: wanted.allowDowngrade,
    ...(wanted.recommends === undefined ? {} : { recommends: wanted.recommends }),
    ...(wanted.defaultRelease === undefined ? {} : { defaultRelease: wanted.defaultRelease }),
    updateCache: wanted.updateCache,
    cacheValidSeconds: wanted.cacheValidSeconds,
    look: context.checkMode,
  };
}

/** What the package manager would do, as it was read; undefined where there was nothing to ask. */
export function transactionOf(
  wanted: WantedPackages,
  context: Pick<PlanContext, 'state' | 'facts' | 'checkMode'>,
): TransactionState | undefined {
  const request = requestFor(wanted, context);
  return request === undefined ? undefined : context.state('transaction', transactionName(request));
}

export function packageNeeds(wanted: WantedPackages, context: NeedsContext): readonly ReadRequest[] {
  if (context.facts.pkgMgr === 'unknown') return [];
  const named = readable(wanted, context.facts.pkgMgr);
  if (named.some((read) => !context.has(read))) return named;
  const request = requestFor(wanted, context);
  if (request === undefined) return named;
  const transaction = { kind: 'transaction', name: transactionName(request) } as const;
  if (!context.has(transaction)) return [...named, transaction];
  const { changes } = context.state('transaction', transaction.name);
  return [...named, transaction, ...changes.map(({ name }) => ({ kind: 'package', name }) as const)];
}

/** apt-get(8): with the error mode `any`, lists that cannot be had are a failure and not a warning. */
const REFRESH: Readonly<Record<Spoken, Shell>> = {
  apt: raw(
    'apt-get -q -o APT::Update::Error-Mode=any -o DPkg::Lock::Timeout=60 update </dev/null >/dev/null',
  ),
  dnf: raw('dnf -q -y --refresh makecache </dev/null >/dev/null'),
  zypper: raw('ZYPP_LOCK_TIMEOUT=60 zypper -q --non-interactive refresh </dev/null >/dev/null'),
};

function refreshStep(quiet: boolean, manager: Spoken): Step {
  const step = {
    type: 'action',
    label: 'refresh the package lists',
    script: REFRESH[manager],
    transient: true,
  } as const;
  return quiet ? { ...step, quiet: true } : step;
}

/** apt marks what is asked for by name as wanted by a person (apt-mark(8)). */
function markSteps(
  wanted: WantedPackages,
  changed: ReadonlySet<string>,
  context: PlanContext,
): readonly Step[] {
  if (wanted.state === 'absent') return [];
  return wordsOf(wanted, context.facts.pkgMgr).flatMap((word): Step[] => {
    const name = word.resource;
    if (word.pattern || changed.has(name) || version(word, context) === undefined) return [];
    const state = context.state('package', name);
    return state.auto
      ? [{ type: 'change', id: { kind: 'package', name }, to: { ...state, auto: false } }]
      : [];
  });
}

function changeSteps(transaction: TransactionState, context: PlanContext): readonly Step[] {
  const gone = new Set(transaction.unavailable);
  return transaction.changes.map(({ name, to, auto, leaves }): Step => {
    const { held } = context.state('package', name);
    const lost = gone.has(name) ? { irreversible: true } : {};
    const state =
      to === undefined
        ? { configFiles: leaves === true, auto: false, held, ...lost }
        : { version: to, configFiles: false, auto, held, ...lost };
    return { type: 'change', id: { kind: 'package', name }, to: state };
  });
}

export const noManager = (osId: string): string =>
  `This host (${osId}) has no package manager that rtprov supports (apt, dnf, zypper)`;

export function planPackages(wanted: WantedPackages, context: PlanContext): TaskPlan {
  const manager = context.facts.pkgMgr;
  if (manager === 'unknown') return failed(noManager(context.facts.osId));
  const bad = wanted.names.find((name) => (manager === 'apt' ? packageWord : rpmWord)(name) === undefined);
  if (bad !== undefined) return failed(`"${bad}" is not a package name`);
  const transaction = transactionOf(wanted, context);
  if (transaction === undefined) {
    return planned(markSteps(wanted, new Set(), context), { cache_updated: false });
  }
  if (transaction.error !== undefined) return failed(transaction.error, { cache_updated: false });
  const changes = changeSteps(transaction, context);
  const held = wanted.names.length > 0 || wanted.upgrade !== undefined || wanted.autoremove;
  const marks = markSteps(wanted, new Set(transaction.changes.map(({ name }) => name)), context);
  return planned(
    [...(transaction.refreshes ? [refreshStep(held, manager)] : []), ...changes, ...marks],
    {
      cache_updated: transaction.refreshes,
      packages: transaction.changes.map(({ name, from, to }) => ({
        name,
        from: from ?? null,
        to: to ?? null,
      })),
    },
    {
      warnings: transaction.unavailable.map(
        (lost) => `${lost}: no source has its current version any more, so the change cannot be undone`,
      ),
    },
  );
}
