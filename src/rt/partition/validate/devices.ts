/** Devices whose emulation takes time from real-time vCPUs, and what to use instead (libvirt, docs/kbase/kvm-realtime.rst). */
import { ofGuest, planError, planWarning } from '../diagnostics.js';
import type { PlanDiagnostic } from '../model.js';
import type { Judged } from './judged.js';

interface Disturbing {
  readonly names: RegExp;
  readonly what: string;
  readonly instead: string;
}

const list: readonly Disturbing[] = [
  {
    names: /^(mem|virtio[-_]?)?balloon$/,
    what: 'a balloon changes the memory of a guest that has it locked',
    instead: "<memballoon model='none'/>",
  },
  {
    names: /^(usb|(piix3|ich9)?-?(uhci|ehci)|(nec|qemu)?-?xhci)\b/,
    what: 'a USB controller is polled by the emulator',
    instead: "<controller type='usb' model='none'/>, or pass a whole PCI USB card to the guest",
  },
  {
    names: /^(video|vga|qxl|cirrus|bochs|virtio-(vga|gpu)|graphics|vnc|spice)\b/,
    what: 'a display is drawn by the emulator',
    instead: 'a serial console',
  },
  {
    names: /^(tablet|keyboard|mouse|input)\b/,
    what: 'an input device is emulated',
    instead: 'a serial console',
  },
  {
    names: /^(ide|sata|ahci|fdc|floppy|lsi|megasas|usb-storage)\b/,
    what: 'each access to an emulated disk stops a vCPU',
    instead: 'virtio-blk with an iothread',
  },
  {
    names: /^(e1000e?|rtl8139|ne2k_pci|pcnet|vmxnet3|igb)\b/,
    what: 'each packet of an emulated network card stops a vCPU',
    instead: 'virtio-net with vhost, or a virtual function of a card',
  },
  {
    names: /^(virtio-)?rng\b/,
    what: 'a random number device makes the guest wait for the host',
    instead: "the CPU's own RDRAND",
  },
  {
    names: /^hpet$/,
    what: 'an HPET makes timers by leaving the guest',
    instead: "<timer name='hpet' present='no'/> and the TSC",
  },
  {
    names: /^(watchdog|i6300esb|ib700)\b/,
    what: 'an emulated watchdog is served by the emulator',
    instead: 'the systemd watchdog on a housekeeping vCPU, or a check from the host',
  },
];

export function deviceFaults({ request }: Judged): readonly PlanDiagnostic[] {
  const report = request.host.strictDevices ? planError : planWarning;
  return request.guests.flatMap(({ name, devices }) =>
    devices.flatMap((device, index) => {
      const found = list.find(({ names }) => names.test(device.trim().toLowerCase()));
      if (found === undefined) return [];
      const message = `${name} has the device ${device}: ${found.what}`;
      return [
        report('DEV_LINT', ofGuest(name, 'devices', index), { message, hint: `Use ${found.instead}.` }),
      ];
    }),
  );
}
