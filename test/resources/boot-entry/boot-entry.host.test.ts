import { strict as assert } from 'node:assert';
import { bootEntryKind } from '../../../src/resources/boot-entry/kind.js';
import { kernelArg } from '../../../src/rt/args/kernel-args.js';
import { promiseText } from '../../../src/rt/boot/menu-promise.js';
import { raw, sh } from '../../../src/shell/shell.js';
import { Lab } from '../../lab/lab.js';
import { inHost, KindTarget, shells } from '../kind-shell.js';

const env = '/boot/grub/grubenv';

describe("GRUB's boot entries and its menu, in a container host", () => {
  let lab: Lab;
  before(async () => {
    lab = await Lab.up({ hosts: 1 });
  });
  after(async () => lab.down());

  const must = async (command: string): Promise<string> => {
    const [host] = lab.hosts;
    assert.ok(host !== undefined);
    const done = await host.inside(['sh', '-s'], command);
    assert.equal(done.code, 0, `${command}\n${done.stderr}`);
    return done.stdout.trim();
  };
  const target = (shell: (typeof shells)[number]): KindTarget<'boot_entry'> => {
    const [host] = lab.hosts;
    assert.ok(host !== undefined);
    return new KindTarget(
      bootEntryKind,
      inHost(host),
      shell,
      '/var/lib/rtprov',
      `r-${shell.replace(' ', '')}`,
    );
  };

  for (const shell of shells) {
    describe(shell, () => {
      it('are set, changed and taken out, and undone byte for byte', async () => {
        await must(`rm -f ${env}; grub-editenv ${env} create && grub-editenv ${env} set other=1`);
        const kind = target(shell);
        const before = await must(`sha256sum <${env}; stat -c '%a %U:%G' ${env}`);
        const none = { grub: true };
        const one = { grub: true, entry: 'gnulinux-advanced-x>gnulinux-6.1-rt' };
        const two = { grub: true, entry: "it's (2) $x & more" };
        await kind.holdsLaws(kind.change('default', none, one));
        assert.equal(await must(`sha256sum <${env}; stat -c '%a %U:%G' ${env}`), before);
        await kind.write(kind.change('default', none, one));
        await kind.holdsLaws(kind.change('default', one, two));
        await kind.holdsLaws(kind.change('default', one, none));
        await kind.holdsLaws(kind.change('default', one, two), kind.change('next', none, one));
        assert.equal(await must(`grub-editenv ${env} list`), `other=1\nsaved_entry=${one.entry}`);
        assert.equal(await must(`stat -c %s ${env}; ls -A /boot/grub | grep rtprov || :`), '1024');
      });

      it('leave no menu that was being made when the power went', async () => {
        const left = '/boot/grub/.rtprov-grub.cfg /boot/grub/.rtprov-grub.cfg.new';
        await must(`touch ${left}`);
        await target(shell).must(raw('rtp_grub_tidy'), true);
        assert.equal(await must(`ls ${left} 2>/dev/null || echo gone`), 'gone');
      });

      it('make an environment block where there is none, and undo removes it', async () => {
        await must(`rm -f ${env}`);
        const kind = target(shell);
        await kind.holdsLaws(kind.change('next', { grub: true }, { grub: true, entry: 'rtprov-trial' }));
        assert.equal(await must(`test -e ${env} && echo there || echo gone`), 'gone');
      });

      it('leave a block that somebody else has used meanwhile', async () => {
        await must(`rm -f ${env}`);
        const kind = target(shell);
        const change = kind.change('next', { grub: true }, { grub: true, entry: 'a' });
        await kind.save(change);
        await kind.write(change);
        await must(`grub-editenv ${env} set other=1`);
        await kind.undo(change);
        assert.equal(await must(`grub-editenv ${env} list`), 'other=1');
      });

      it('take out the empty variable that GRUB leaves behind a boot that was for once', async () => {
        await must(`rm -f ${env}; grub-editenv ${env} create && grub-editenv ${env} set next_entry=`);
        const kind = target(shell);
        await kind.write(kind.change('next', { grub: true, entry: 'a' }, { grub: true }));
        assert.equal(await must(`grub-editenv ${env} list`), '');
      });

      it('replace what a link points at, as Fedora has it', async () => {
        await must(
          `rm -f ${env}; mkdir -p /boot/efi; grub-editenv /boot/efi/grubenv create; ln -s ../efi/grubenv ${env}`,
        );
        const kind = target(shell);
        await kind.write(kind.change('default', { grub: true }, { grub: true, entry: 'a' }));
        assert.equal(
          await must(`readlink ${env}; grub-editenv /boot/efi/grubenv list`),
          '../efi/grubenv\nsaved_entry=a',
        );
        await must(`rm -rf ${env} /boot/efi; grub-editenv ${env} create`);
      });

      it('make the menu again in one step: it is whole all the while, keeps its mode, and leaves nothing over', async () => {
        await must(
          'update-grub 2>/dev/null; chmod 640 /boot/grub/grub.cfg; echo "# old" >>/boot/grub/grub.cfg',
        );
        const before = await must('stat -c %i /boot/grub/grub.cfg; ls -A /boot/grub');
        const size = Number(await must('stat -c %s /boot/grub/grub.cfg'));
        const watched =
          raw(`( while [ ! -e /root/done ]; do stat -c %s /boot/grub/grub.cfg 2>&1; done | sort -u >/root/sizes ) &
rtp_grub_menu; status=$?; : >/root/done; wait; exit $status`);
        assert.match((await target(shell).must(watched)).toString('utf8'), /^changed$/m);
        const sizes = (await must('cat /root/sizes; rm -f /root/done /root/sizes')).split('\n').map(Number);
        const now = Number(await must('stat -c %s /boot/grub/grub.cfg'));
        assert.deepEqual(
          sizes.filter((one) => one !== size && one !== now),
          [],
        );
        assert.equal(await must('stat -c "%a %U:%G" /boot/grub/grub.cfg'), '640 root:root');
        const after = await must('stat -c %i /boot/grub/grub.cfg; ls -A /boot/grub');
        assert.notEqual(after.split('\n')[0], before.split('\n')[0]);
        assert.deepEqual(after.split('\n').slice(1), before.split('\n').slice(1));
        assert.equal(await must('tail -n 1 /boot/grub/grub.cfg | grep -c "# old" || :'), '0');
        const again = await target(shell).must(raw('rtp_grub_menu'));
        assert.equal(again.toString('utf8'), '', 'the same menu is not a change');
        assert.equal(await must('stat -c %i /boot/grub/grub.cfg'), after.split('\n')[0]);
      });

      it('leave the old menu when the new one has not what was promised', async () => {
        await must(
          'cp /etc/hostname /boot/vmlinuz-6.1.0-1-amd64; printf "#!/bin/sh\\necho set default=1\\n" >/etc/grub.d/09_site; chmod 755 /etc/grub.d/09_site',
        );
        const sum = await must('sha256sum </boot/grub/grub.cfg');
        const promise = promiseText({ has: [kernelArg('nohz_full', '1')], lacks: [], saved: true });
        const done = await target(shell).exec(sh`rtp_grub_menu ${promise}`);
        await must('rm /etc/grub.d/09_site /boot/vmlinuz-6.1.0-1-amd64');
        assert.equal(done.status, 1);
        assert.match(done.stderr, /grub\.cfg:\d+: the entry ".*" lacks nohz_full=1/);
        assert.match(done.stderr, /\/etc\/grub\.d\/09_site says set default=1/);
        assert.equal(await must('sha256sum </boot/grub/grub.cfg; ls -A /boot/grub | grep rtprov || :'), sum);
      });

      it('leave the old menu when it cannot be made', async () => {
        await must('printf "#!/bin/sh\\nexit 1\\n" >/etc/grub.d/50_bad; chmod 755 /etc/grub.d/50_bad');
        const sum = await must('sha256sum </boot/grub/grub.cfg');
        const done = await target(shell).exec(raw('rtp_grub_menu'));
        await must('rm /etc/grub.d/50_bad');
        assert.notEqual(done.status, 0);
        assert.match(done.stderr, /^rtprov: update-grub/m);
        assert.equal(await must('sha256sum </boot/grub/grub.cfg'), sum);
        assert.equal(await must('ls -A /boot/grub | grep rtprov || :'), '');
      });
    });
  }
});
