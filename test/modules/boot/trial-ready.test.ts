import assert from 'node:assert/strict';
import { entryFaults, laidFaults, menuFaults } from '../../../src/modules/boot/trial-ready.js';
import { targetOf, type Case } from '../cases.js';

const entry = (id: string, args: string): string =>
  `menuentry 'x' --id '${id}' {\n\tlinux /vmlinuz-6 ${args}\n}\n`;
const custom = (args: string): string => entry('rtprov-known-good', 'ro') + entry('rtprov-trial', args);
const promised = { args: ['nohz_full=2-3', 'console=ttyS0'], absentArgs: ['quiet'] };

const contextOf = (given: Partial<Case>) =>
  targetOf({ name: '', args: {}, expect: {}, ...given }).bootContext();

/** The menu of a Debian that boots its saved entry. */
const saved = { menu: 'debian-12-rt' } as const;

describe('a trial right before its reboot', () => {
  for (const [args, faults] of [
    ['ro console=tty0 console=ttyS0 console=tty1 nohz_full=2-3 rtprov.trial=a', []],
    ['ro console=ttyS0 nohz_full=2-3 nohz-full=4', ['has nohz-full=4 and not nohz_full=2-3']],
    ['ro quiet', ['lacks nohz_full=2-3', 'lacks console=ttyS0', 'has quiet']],
  ] as const)
    it(`${faults.length === 0 ? 'has' : 'has not'} what was promised: ${args}`, () => {
      assert.deepEqual(entryFaults(promised, custom(args)), faults);
    });

  it('needs an entry of its own', () => {
    assert.deepEqual(entryFaults(promised, entry('a', 'ro')), ['there is no entry for the trial']);
  });

  it('needs a menu that boots it once, and the saved entry afterwards', () => {
    const files = (menu: object, text = ''): Partial<Case> => ({
      files: { '/boot/grub/grub.cfg': menu, '/boot/grub/custom.cfg': text },
    });
    assert.deepEqual(menuFaults(contextOf(files(saved))), []);
    for (const [given, said] of [
      [files({ menu: 'debian-12' }), /does not boot the saved entry by default/],
      [files({ ...saved, without: 'load_env' }), /does not use the entry for the next boot/],
      [files({ ...saved, without: 'custom.cfg' }), /does not read \/boot\/grub\/custom\.cfg/],
      [files({ ...saved, extra: 'set default=2\n' }), /grub\.cfg:\d+ says set default=2, so that/],
      [files(saved, 'set default=2\n'), /custom\.cfg:1 says set default=2/],
    ] as const)
      assert.match(menuFaults(contextOf(given)).join('\n'), said);
  });

  it('is what was written', () => {
    const good = {
      files: { '/boot/grub/grub.cfg': saved, '/boot/grub/custom.cfg': custom('console=ttyS0 nohz_full=2-3') },
      bootEntries: {
        next: { grub: true, entry: 'rtprov-trial' },
        default: { grub: true, entry: 'rtprov-known-good' },
      },
    };
    assert.deepEqual(laidFaults(promised, contextOf(good)), []);
    const other = laidFaults(
      promised,
      contextOf({ ...good, bootEntries: { default: { grub: true, entry: '0' } } }),
    );
    assert.deepEqual(other, [
      'the next boot uses "" and not the entry for the trial',
      'the default is "0" and not the known-good entry',
    ]);
  });
});
