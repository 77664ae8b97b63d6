/** Settings of the kernel in files of sysfs, cgroups, debugfs and /proc/irq. See docs/resources/kernel_setting.md. */
import { RtprovError } from '../../diagnostics/diagnostic.js';
import { lines, raw, sh } from '../../shell/shell.js';
import { fieldDiff } from '../lib/fields.js';
import { unchanged } from '../lib/keep.js';
import { outputLines, readFailed } from '../lib/output.js';
import type { ReadRequest, ResourceKind } from '../resource.js';
import { canonicalText, longestValue, wordsOf, writtenText } from './canon.js';
import { kernelSettingLibrary } from './library.js';
import { family, isPattern, pathFault, settingPath } from './path.js';
import type { KernelSettingState, NoValue } from './state.js';

function canon(_name: string, { value, matches }: KernelSettingState): string {
  if (matches !== undefined) return `matches=${matches.map((path) => ` ${path}`).join('')}`;
  return value === undefined ? 'none' : `value=${canonicalText(value)}`;
}

const self = { kind: 'kernel_setting', canon } as const;

/** By what is printed for them. A target may print anything: what is not among these is an error. */
const found: ReadonlyMap<string, NoValue | 'writable' | 'readonly'> = new Map(
  (['absent', 'not-a-file', 'outside', 'writable', 'readonly'] as const).map((word) => [word, word]),
);

function matchesOf(pattern: string, line: string): readonly string[] {
  const [first, ...paths] = line.split(' ');
  if (first !== 'matches') throw readFailed('kernel_setting', line);
  const shape = new RegExp(`^${pattern.replace(/[.+]/g, String.raw`\$&`).replaceAll('*', '[^/]*')}$`);
  if (!paths.every((path) => shape.test(path) && !isPattern(path) && pathFault(path) === undefined))
    throw readFailed('kernel_setting', line);
  return paths;
}

/** `text` as it was read, `complaint` of the command that read it. */
function stateOf(line: string, text: string, complaint: string | undefined): KernelSettingState {
  const what = found.get(line);
  if (what === undefined) throw readFailed('kernel_setting', line);
  if (what !== 'writable' && what !== 'readonly') return { writable: false, why: what };
  const writable = what === 'writable';
  if (complaint !== undefined) {
    const reason = complaint.split(': ').at(-1) ?? complaint;
    return { writable, why: 'unreadable', reason };
  }
  const value = text.replaceAll('\0', '').replace(/\n+$/, '');
  return value.length > longestValue || !/^[\t -~]*$/.test(value)
    ? { writable, why: 'not-a-setting' }
    : { writable, value: wordsOf(value).join(' ') };
}

function parse(
  requests: readonly ReadRequest<'kernel_setting'>[],
  output: Buffer,
): ReadonlyMap<string, KernelSettingState> {
  // Bytes, each a character: what is not plain text is refused below.
  const printed = output.toString('latin1');
  const first = outputLines(output).slice(0, requests.length);
  const rest = printed.split('\n').slice(requests.length).join('\n');
  const [boot] = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\n/.exec(rest) ?? [];
  const [, ...parts] = boot === undefined ? [] : rest.split(boot);
  const complaints = parts.at(-1)?.split('\n') ?? [];
  if (first.length !== requests.length || parts.length !== requests.length + 1)
    throw readFailed('kernel_setting', printed);
  return new Map(
    requests.map(({ name }, at): [string, KernelSettingState] => {
      const [line = '', text = ''] = [first[at], parts[at]];
      if (isPattern(name)) return [name, { writable: false, matches: matchesOf(name, line) }];
      const complaint = complaints.find((said) => ["'", '"', ': '].some((end) => said.includes(name + end)));
      return [name, stateOf(line, text, complaint)];
    }),
  );
}

function shown({ value }: KernelSettingState): Record<string, string> {
  return value === undefined ? {} : { value: canonicalText(value) };
}

export const kernelSettingKind: ResourceKind<'kernel_setting'> = {
  kind: 'kernel_setting',
  library: kernelSettingLibrary,
  read: (requests) =>
    requests.length === 0
      ? raw('')
      : sh`rtp_kernel_setting_read ${requests.map(({ name }) => settingPath(name))}`,
  parse,
  canon,
  show: (name) => sh`rtp_kernel_setting_show ${settingPath(name)}`,
  // Nothing has to be kept: the state says all that undo needs.
  save: (changes) =>
    unchanged(
      self,
      changes,
      lines(changes.map(({ id }) => sh`rtp_kernel_setting_show ${settingPath(id.name)}`)),
    ),
  write: (changes) =>
    lines(
      changes.map(({ id, to }) => {
        if (to.value === undefined)
          throw new RtprovError('BAD_STATE', `the setting ${id.name} cannot be removed`);
        return sh`rtp_kernel_setting_write ${settingPath(id.name)} ${writtenText(to.value)} ${canonicalText(to.value)} || exit 1`;
      }),
    ),
  diff: ({ from, to }) => fieldDiff(shown(from), shown(to)),
  blobs: () => [],
  // As for kernel parameters, some of which are settings too (vm.nr_hugepages).
  disturbs: ({ id }) => [`parameters:${family(id.name)}`],
  // Services write settings (tuned, irqbalance), and so do the scripts of packages.
  disturbedBy: ({ id }) => ['module', 'unit', 'package', 'action', `parameters:${family(id.name)}`],
  lostAtBoot: true,
};
