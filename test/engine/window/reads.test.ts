/** What a target answers when states are read: whatever it says, they are states that scripts can be made of, or one clear error. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RtprovError } from '../../../src/diagnostics/diagnostic.js';
import { parseReads } from '../../../src/engine/window/reads.js';
import { MemoryContentStore } from '../../../src/resources/lib/content-store.js';
import { guardedWrite } from '../../../src/resources/lib/guard.js';
import { kinds, kindOf } from '../../../src/resources/registry.js';
import type { Change, KindName, ReadRequest } from '../../../src/resources/resource.js';
import { stateLine } from '../../../src/resources/lib/whole.js';
import { KindTarget, onThisMachine } from '../../resources/kind-shell.js';

const accounts = `root:x:0:0:root:/root:/bin/bash
a:x:1000:1000:A,B:/home/a:/bin/sh
::group
root:x:0:
a:x:1000:a,b
::shadow
root:*:1:0:99999:7:::
::ranges
UID_MIN 1000
UID_MAX 60000
GID_MIN 1000
GID_MAX 60000
`;
const bootId = '01234567-89ab-cdef-0123-456789abcdef';
/** The names that are read, and a right answer; without one this machine gives it. */
const asked: Readonly<Partial<Record<KindName, readonly [names: readonly string[], answer?: string]>>> = {
  file: [['/etc/hostname', '/etc/mtab', '/nonexistent', '/etc/skel']],
  package: [
    ['a', 'b'],
    'version=1-2 auto=true held=false config=false state=installed\nversion= auto=false held=false config=false state=not-installed\n',
  ],
  unit: [['a.service'], 'exists=true enabled=enabled masked=false active=true\n'],
  sysctl: [['vm.swappiness'], 'writable\nvm/swappiness:60\n'],
  kernel_setting: [
    ['/sys/kernel/mm/ksm/run', '/proc/irq/24/smp_affinity_list'],
    `writable\nreadonly\n${['', '2\n', '0-3\n', '\n'].join(`${bootId}\n`)}`,
  ],
  module: [['loop'], 'loaded=false builtin=false available=false\n'],
  user: [['a', 'nosuch'], accounts],
  group: [['a', 'nosuch'], accounts],
  boot_entry: [['default', 'next'], 'entry=abc\nentry=\n'],
};

const errors: ReadonlySet<string> = new Set(['READ_FAILED', 'READ_RACED', 'BAD_STATE', 'BAD_NAME']);

const evil = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom(
    ...['\n', '\0', '\r', '\\', '=', ':', '::group\n', '-1', '1e999', 'NaN', '9'.repeat(30)],
    ...['\u001b[2J', '\u0085', '../../etc/passwd', '__proto__', '{}', '"'],
  ),
);

describe('engine/window/reads: a hostile target', function () {
  this.timeout(240_000);

  it('is tried with every kind that is written', () => {
    const readOnly = ['boot', 'topology', 'transaction'];
    assert.deepEqual(
      Object.keys(asked).sort(),
      [...kinds.keys()].filter((kind) => !readOnly.includes(kind)).sort(),
    );
  });

  for (const [name, [names, known]] of Object.entries(asked)) {
    const kind = name as KindName;
    it(`gives states of ${kind} or an error`, async () => {
      const requests = names.map((of): ReadRequest => ({
        kind,
        name: of,
        depth: of === '/etc/skel' ? 'tree' : 'content',
      }));
      const target = new KindTarget(kindOf(kind), onThisMachine, 'dash', '/nonexistent');
      const right = known ?? (await target.must(kindOf(kind).read(requests), true)).toString('latin1');
      const failed = (): Error => new RtprovError('READ_FAILED', 'nothing of it');

      /** Gives what stopped it. */
      const read = (answer: string): string | undefined => {
        const output = {
          status: 0,
          stdout: Buffer.from(answer, 'latin1'),
          stderr: Buffer.alloc(0),
          seconds: 0,
        };
        const store = new MemoryContentStore();
        try {
          for (const { request, state } of parseReads(
            requests,
            'r',
            new Map([[`r.${kind}`, output]]),
            store,
            failed,
          )) {
            const change = { id: { kind, name: request.name }, from: state, to: state } as Change;
            stateLine(change, state);
            kindOf(kind).diff(change, store);
            kindOf(kind).save([change]);
            // What cannot be made again is refused by the plan.
            if (!('type' in state && (state.type === 'other' || state.type === 'directory')))
              guardedWrite(kindOf(kind), [{ change, entry: 0, task: 0 }]);
          }
          return undefined;
        } catch (error) {
          if (error instanceof RtprovError) return error.code;
          throw error;
        }
      };

      assert.equal(read(right), undefined);
      fc.assert(
        fc.property(fc.nat(right.length), fc.nat(60), evil, (at, lost, put) => {
          const code = read(right.slice(0, at) + put + right.slice(at + lost));
          assert.ok(code === undefined || errors.has(code), code);
        }),
        { numRuns: 500 },
      );
      for (let at = 0; at < Math.min(right.length, 400); at += 1)
        read(`${right.slice(0, at)}\0${right.slice(at)}`);
      for (const much of [
        '',
        '\0'.repeat(1e6),
        'a\n'.repeat(5e5),
        ':'.repeat(1e6),
        `${right}${right}`,
        '['.repeat(1e6),
      ])
        read(much);
    });
  }
});
