/** `sysctl`: a kernel parameter, in its file and in the running kernel. */
import * as z from 'zod';
import { foldValue } from '../../resources/sysctl/kind.js';
import { sysctlPath } from '../../resources/sysctl/name.js';
import { RtprovError } from '../../diagnostics/diagnostic.js';
import { ArgFault, argument, bool, choice, name, path, readStr } from '../args/types.js';
import { editNeeds, finishEdit, openFile, type EditArgs } from '../files/edit-file.js';
import { targetPath } from '../files/target-path.js';
import type { Module, PlanContext, Step } from '../core/module.js';
import { failed, planned } from '../core/plan-result.js';
import { bytesOf, fromBytes } from '../text/bytes.js';
import { editSysctl, sysctlName } from '../text/sysctl.js';

/** As Ansible takes them, words for true and false are 1 and 0. */
const value = argument<string>({ type: 'str' }, (given) => {
  const text = typeof given === 'boolean' ? (given ? '1' : '0') : readStr(given);
  if (text instanceof ArgFault) return text;
  if (/[\n\r]/.test(text)) return new ArgFault('a value on one line');
  const word = text.trim().toLowerCase();
  if (['y', 'yes', 'on', 'true', 't'].includes(word)) return '1';
  return ['n', 'no', 'off', 'false', 'f'].includes(word) ? '0' : text.trim();
});

const args = z.strictObject({
  name: name(),
  value: value.optional(),
  state: choice(['present', 'absent']).default('present'),
  sysctl_file: path().default('/etc/sysctl.conf'),
  sysctl_set: bool().default(false),
  reload: bool().default(true),
  ignoreerrors: bool().default(false),
});
export type SysctlArgs = z.infer<typeof args>;

const edited = (given: SysctlArgs): EditArgs => ({ path: given.sysctl_file, backup: false });

function isLive(given: SysctlArgs): boolean {
  return given.state === 'present' && (given.sysctl_set || given.reload);
}

interface Live {
  readonly steps: readonly Step[];
  readonly warnings: readonly string[];
  readonly fault?: string;
}

/** The running kernel's part. Where the kernel does not let it be written, only the file is. */
function planLive(given: SysctlArgs, wanted: string, context: PlanContext): Live {
  const key = sysctlName(given.name);
  const present = context.state('sysctl', key);
  if (present.value === undefined) {
    const text = `the running kernel has no parameter ${key}`;
    const hint = 'perhaps the kernel module that provides it is not loaded';
    return given.ignoreerrors || context.facts.container
      ? { steps: [], warnings: [`${text}; only the file is written`] }
      : { steps: [], warnings: [], fault: `${text}: ${hint} (ignoreerrors: true writes only the file)` };
  }
  if (foldValue(present.value) === foldValue(wanted)) return { steps: [], warnings: [] };
  if (!present.writable) {
    return {
      steps: [],
      warnings: [`${key} cannot be written on the running kernel; only the file is written`],
    };
  }
  const to = { value: foldValue(wanted), writable: true };
  return { steps: [{ type: 'change', id: { kind: 'sysctl', name: key }, to }], warnings: [] };
}

function nameFault(text: string): string | undefined {
  try {
    sysctlPath(text);
    return undefined;
  } catch (error) {
    if (error instanceof RtprovError) return error.message;
    throw error;
  }
}

export const sysctl: Module<SysctlArgs> = {
  name: 'sysctl',
  fullNames: ['ansible.posix.sysctl'],
  barrier: false,
  args,
  aliases: { name: ['key'], value: ['val'] },
  rules: [{ type: 'requires', arg: 'state', value: 'present', needs: ['value'] }],
  doc: {
    summary: 'Sets a kernel parameter in a file of sysctl.conf(5) and in the running kernel.',
    args: {
      name: 'The parameter, for instance kernel.sched_rt_runtime_us.',
      value: 'Its value. Several blanks count as one.',
      state: '`present`, or `absent` to remove the line from the file. Default: present.',
      sysctl_file: 'The file. Default: /etc/sysctl.conf. Better: a file in /etc/sysctl.d.',
      sysctl_set: 'Whether the running kernel also gets the value. Default: false; `reload` does the same.',
      reload: 'Whether the running kernel gets the value of the file. Default: true.',
      ignoreerrors: 'Whether the parameter may be missing in the running kernel. Default: false.',
    },
    examples: [
      "- ansible.posix.sysctl:\n    name: kernel.sched_rt_runtime_us\n    value: '-1'\n    sysctl_file: /etc/sysctl.d/90-rt.conf",
    ],
  },
  touches: (given, facts) =>
    typeof given['name'] === 'string'
      ? [
          { kind: 'sysctl', name: sysctlName(given['name']) },
          {
            kind: 'file',
            name: targetPath(
              typeof given['sysctl_file'] === 'string' ? given['sysctl_file'] : '/etc/sysctl.conf',
              facts,
            ),
          },
        ]
      : undefined,
  needs(given, context) {
    if (nameFault(given.name) !== undefined) return [];
    const file = editNeeds(edited(given), true, context);
    return isLive(given) ? [...file, { kind: 'sysctl', name: sysctlName(given.name) }] : file;
  },
  plan(given, context) {
    const wrong = nameFault(given.name);
    if (wrong !== undefined) return failed(wrong);
    const wanted = given.state === 'present' ? given.value : undefined;
    if (given.state === 'present' && (wanted === undefined || wanted === ''))
      return failed('value must not be empty');
    const live: Live =
      wanted !== undefined && isLive(given) ? planLive(given, wanted, context) : { steps: [], warnings: [] };
    if (live.fault !== undefined) return { type: 'failed', msg: live.fault, afterPending: true };
    const file = openFile(edited(given), context);
    if ('type' in file) return file;
    const before = bytesOf(file.content ?? Buffer.alloc(0));
    const { text } = editSysctl(before, given.name, wanted);
    const content = text === before ? undefined : fromBytes(text);
    const plan = finishEdit(edited(given), file, { content, msg: '', backupKey: 'backup_file' }, context);
    if (plan.type !== 'states') return plan;
    return planned(
      [...plan.steps, ...live.steps],
      { name: given.name, ...(wanted === undefined ? {} : { value: wanted }) },
      { warnings: live.warnings },
    );
  },
};
