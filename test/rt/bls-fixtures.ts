/**
 * What RHEL 8, 9 and 10 have in /boot/loader/entries, written down from documents: the kernel package's bls.conf (RHEL 8), and what
 * 20-grub.install of grub2-common writes (RHEL 9 and 10). Their menus are fixtures/rhel-8.cfg and rhel-9.cfg (10's is alike).
 */
export const machineId = '0f5b9c2a7d3e4f1a8b6c5d4e3f2a1b0c';

export interface BlsFixture {
  readonly release: string;
  readonly id: string;
  readonly text: string;
}

export const rhel8Options = 'root=/dev/mapper/rhel-root ro crashkernel=auto rd.lvm.lv=rhel/root rhgb quiet ';

function rhel8(release: string): BlsFixture {
  return {
    release,
    id: `${machineId}-${release}`,
    text: `title Red Hat Enterprise Linux (${release}) 8.10 (Ootpa)
version ${release}
linux /vmlinuz-${release}
initrd /initramfs-${release}.img $tuned_initrd
options $kernelopts $tuned_params
id rhel-20240522191014-${release}
grub_users $grub_users
grub_arg --unrestricted
grub_class kernel
`,
  };
}

function rhel9(release: string, os: string, options: string): BlsFixture {
  return {
    release,
    id: `${machineId}-${release}`,
    text: `title ${os.replace('VERSION', `(${release})`)}
version ${release}
linux /vmlinuz-${release}
initrd /initramfs-${release}.img
options ${options}
grub_users $grub_users
grub_arg --unrestricted
grub_class rhel
`,
  };
}

export const rhel9Options =
  'root=/dev/mapper/rhel-root ro crashkernel=1G-4G:192M,4G-64G:256M,64G-:512M resume=/dev/mapper/rhel-swap rd.lvm.lv=rhel/root rd.lvm.lv=rhel/swap rhgb quiet';
export const rhel10Options =
  'root=UUID=5e1a5c9a-0002-4c3e-9d5e-c1e0a1b2c3d4 ro crashkernel=2G-64G:256M,64G-:512M console=tty0 console=ttyS0,115200n8 no_timer_check';

const os9 = 'Red Hat Enterprise Linux VERSION 9.4 (Plow)';
const os10 = 'AlmaLinux VERSION 10.0 (Purple Lion)';

export const entries = {
  rhel8: [rhel8('4.18.0-553.el8_10.x86_64'), rhel8('4.18.0-553.rt7.342.el8_10.x86_64')],
  rhel9: [
    rhel9('5.14.0-427.13.1.el9_4.x86_64', os9, rhel9Options),
    rhel9('5.14.0-427.13.1.el9_4.x86_64+rt', os9, rhel9Options),
  ],
  rhel10: [rhel9('6.12.0-55.9.1.el10_0.x86_64', os10, rhel10Options)],
} as const;

/** dracut's rescue entry of RHEL 9. */
export const rescue: BlsFixture = {
  ...rhel9(`0-rescue-${machineId}`, os9, rhel9Options),
};

/** A twin with debugging, as GRUB_LINUX_MAKE_DEBUG makes it. */
export const debugTwin: BlsFixture = {
  release: '5.14.0-427.13.1.el9_4.x86_64',
  id: `${machineId}-5.14.0-427.13.1.el9_4.x86_64~debug`,
  text: entries.rhel9[0].text.replace(/^options .*$/m, (line) => `${line} systemd.log_level=debug`),
};
