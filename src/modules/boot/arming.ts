/** The files of a trial boot: the guard's unit and its links, and what arms a watchdog. */
import type { FileState } from '../../resources/file/state.js';
import type { WatchdogPlan } from '../core/controller-operation.js';

/** systemd pings it at half this; a user space that does not run for so long is reset (systemd-system.conf(5)). */
const watchdogSeconds = 60;

export type ArmedFile = { readonly path: string } & (
  | { readonly type: 'directory' }
  | { readonly type: 'file'; readonly text: string }
  | { readonly type: 'link'; readonly target: string }
);

const units = '/etc/systemd/system';

export function armedFiles(unit: string, unitText: string, watchdog: WatchdogPlan): readonly ArmedFile[] {
  const wants = ['sysinit.target', 'emergency.target'].flatMap((target): readonly ArmedFile[] => [
    { type: 'directory', path: `${units}/${target}.wants` },
    { type: 'link', path: `${units}/${target}.wants/${unit}`, target: `${units}/${unit}` },
  ]);
  return [{ type: 'file', path: `${units}/${unit}`, text: unitText }, ...wants, ...watchdogFiles(watchdog)];
}

function watchdogFiles(watchdog: WatchdogPlan): readonly ArmedFile[] {
  if (watchdog.type === 'none') return [];
  const module = watchdog.type === 'software' ? 'softdog' : watchdog.module;
  return [
    { type: 'directory', path: '/etc/systemd/system.conf.d' },
    {
      type: 'file',
      path: '/etc/systemd/system.conf.d/zz-rtprov-watchdog.conf',
      text: `# Written by rtprov: ends a boot that hangs. See docs/trial-boot.md.\n[Manager]\nRuntimeWatchdogSec=${watchdogSeconds}\n`,
    },
    ...(module === undefined
      ? []
      : [
          { type: 'directory', path: '/etc/modules-load.d' } as const,
          {
            type: 'file',
            path: '/etc/modules-load.d/rtprov-watchdog.conf',
            text: `# Written by rtprov: distributions do not load watchdog modules by themselves.\n${module}\n`,
          } as const,
        ]),
  ];
}

/** The state that such a file is to have. `store` keeps the bytes and gives their sha256. */
export function armedState(file: ArmedFile, store: (content: Buffer) => string): FileState {
  const owned = { owner: 'root', group: 'root' };
  if (file.type === 'directory') return { type: 'directory', mode: '0755', ...owned };
  if (file.type === 'link') return { type: 'link', target: file.target, ...owned };
  const content = Buffer.from(file.text, 'utf8');
  return { type: 'file', mode: '0644', sha256: store(content), size: content.length, ...owned };
}
