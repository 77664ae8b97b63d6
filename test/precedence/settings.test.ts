/** Who logs in, where, and who tasks run as, when two say it: as ansible-core 2.19 does it (`recorded/settings.json`). */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { shellHosts, unreachable } from '../engine/shell-hosts.js';
import { TOO_LATE_TO_CONNECT } from './differences.js';
import {
  BATCH_INVENTORY,
  batches,
  batchFiles,
  CONTESTS,
  contestName,
  winnerOfContest,
  type Batch,
  type Contest,
  type Seen,
} from './settings.js';

interface Recorded {
  readonly ansible: string;
  readonly winners: Readonly<Record<string, string>>;
}

const recorded = JSON.parse(
  readFileSync(new URL('recorded/settings.json', import.meta.url), 'utf8'),
) as Recorded;

const theirs = (contest: Contest): string => recorded.winners[contestName(contest)] ?? '';

/** As Ansible has it, but for what is said too late. */
function expected(contest: Contest): string {
  const late = (source: string): boolean => TOO_LATE_TO_CONNECT.includes(source);
  if (!late(theirs(contest))) return theirs(contest);
  const rest = [contest.one, contest.other].find((source) => !late(source));
  return rest ?? 'neither, but nothing';
}

const optionOf = ({ arguments: words }: Batch, option: string): string | undefined =>
  words.includes(option) ? words[words.indexOf(option) + 1] : undefined;

describe('precedence of connections and users', function () {
  this.timeout(240_000);
  const hosts = shellHosts();

  /** Each host is lost at its first script, which is that of its task's user. */
  async function play(batch: Batch): Promise<ReadonlyMap<string, Seen>> {
    const seen = new Map<string, Seen>();
    const files = batchFiles(batch);
    const user = optionOf(batch, '--user');
    const becomeUser = optionOf(batch, '--become-user');
    await hosts.play(files['site.yml'] ?? '', {
      files,
      inventories: [BATCH_INVENTORY],
      extraVars: ['@extra.json'],
      become: {
        always: batch.arguments.includes('--become'),
        ...(becomeUser === undefined ? {} : { user: becomeUser }),
      },
      ...(user === undefined ? {} : { user }),
      connecting: (name, settings) => seen.set(name, { user: settings.user, port: settings.port }),
      before: (name, _, who) => {
        seen.set(name, { ...seen.get(name), becomeUser: who === 'login' ? undefined : who });
        throw unreachable(name);
      },
    });
    return seen;
  }

  it('is recorded from ansible-core 2.19, for every two that say it', () => {
    assert.match(recorded.ansible, /^2\.19\.\d+$/);
    assert.deepEqual(Object.keys(recorded.winners).sort(), CONTESTS.map(contestName).sort());
    for (const contest of CONTESTS)
      assert.ok([contest.one, contest.other].includes(theirs(contest)), contestName(contest));
  });

  for (const batch of batches())
    it(`is the same with ${[...batch.arguments, JSON.stringify(batch.extra)].join(' ')}`, async () => {
      const seen = await play(batch);
      const ours = (contest: Contest): string => {
        const said = seen.get(contest.host);
        return said === undefined ? 'not reached' : winnerOfContest(contest, said);
      };
      assert.deepEqual(
        batch.contests
          .filter((contest) => ours(contest) !== expected(contest))
          .map((contest) => `${contestName(contest)}: ${ours(contest)} instead of ${expected(contest)}`),
        [],
      );
    });

  it('differs only where something is said too late to connect', () => {
    for (const source of TOO_LATE_TO_CONNECT)
      assert.ok(
        CONTESTS.some((contest) => theirs(contest) === source),
        source,
      );
  });
});
