/** `modprobe`: a kernel module, now and at boot. */
import * as z from 'zod';
import { sh } from '../../shell/shell.js';
import { ArgFault, argument, choice, readStr, str } from '../args/types.js';
import { attributesFor } from '../files/attributes.js';
import { fileRequest } from '../files/follow.js';
import { folderRequests, folderSteps } from '../files/missing-folders.js';
import { sameFile } from '../files/same-file.js';
import { parentOf } from '../files/target-path.js';
import type { Module, PlanContext, Step, TaskPlan } from '../core/module.js';
import { failed, planned } from '../core/plan-result.js';

const kernelModule = argument<string>({ type: 'str' }, (given) => {
  const text = readStr(given);
  if (text instanceof ArgFault) return text;
  return /^[A-Za-z0-9_][A-Za-z0-9_-]*$/.test(text) ? text : new ArgFault('the name of a kernel module');
});

const args = z.strictObject({
  name: kernelModule,
  state: choice(['present', 'absent']).default('present'),
  params: str().default(''),
  persistent: choice(['disabled', 'present', 'absent']).default('disabled'),
});
export type ModprobeArgs = z.infer<typeof args>;

/** modules-load.d(5) and modprobe.d(5). */
const loadFile = (name: string): string => `/etc/modules-load.d/${name}.conf`;
const optionsFile = (name: string): string => `/etc/modprobe.d/${name}.conf`;

/** As /proc/modules writes it. */
function kernelName(name: string): string {
  return name.replaceAll('-', '_');
}

function fileStep(path: string, text: string | undefined, context: PlanContext): readonly Step[] | string {
  const present = context.state('file', path);
  const id = { kind: 'file', name: path } as const;
  if (text === undefined)
    return present.type === 'absent' ? [] : [{ type: 'change', id, to: { type: 'absent' } }];
  if (present.type === 'directory') return `${path} is a directory`;
  const folders = folderSteps(parentOf(path), {}, context);
  if (!folders.ok) return `${folders.blocker} is not a directory`;
  const content = Buffer.from(text);
  const attributes = attributesFor('file', present, {}, context.facts);
  const to = { type: 'file', sha256: context.put(content), size: content.length, ...attributes } as const;
  return sameFile(present, to) ? [] : [...folders.steps, { type: 'change', id, to }];
}

function persistentSteps(given: ModprobeArgs, context: PlanContext): readonly Step[] | string {
  if (given.persistent === 'disabled') return [];
  const kept = given.persistent === 'present';
  const load = fileStep(loadFile(given.name), kept ? `${given.name}\n` : undefined, context);
  if (typeof load === 'string') return load;
  if (kept && given.params === '') return load;
  const options = fileStep(
    optionsFile(given.name),
    kept ? `options ${given.name} ${given.params}\n` : undefined,
    context,
  );
  return typeof options === 'string' ? options : [...load, ...options];
}

function liveSteps(given: ModprobeArgs, context: PlanContext): readonly Step[] | string {
  const name = kernelName(given.name);
  const present = context.state('module', name);
  const wanted = given.state === 'present';
  const loaded = present.loaded || present.builtin;
  if (loaded === wanted) return [];
  if (present.builtin) return `${given.name} is built into the kernel and cannot be removed`;
  if (wanted && !present.available) {
    return `modprobe: FATAL: Module ${given.name} not found: the running kernel has no such module, or this machine is not allowed to load modules`;
  }
  const id = { kind: 'module', name } as const;
  const change: Step = { type: 'change', id, to: { ...present, loaded: wanted } };
  if (!wanted || given.params === '') return [change];
  const words = given.params.split(/\s+/).filter((word) => word !== '');
  // Loaded with its parameters first, so that the change finds it loaded; undo unloads it.
  return [
    {
      type: 'action',
      label: `modprobe ${given.name} ${given.params}`,
      script: sh`modprobe -- ${name} ${words}`,
      resource: id,
      quiet: true,
    },
    change,
  ];
}

function plan(given: ModprobeArgs, context: PlanContext): TaskPlan {
  const files = persistentSteps(given, context);
  if (typeof files === 'string') return failed(files);
  const live = liveSteps(given, context);
  // A package that a task before installs may bring the module.
  if (typeof live === 'string')
    return { type: 'failed', msg: live, result: { name: given.name }, afterPending: true };
  return planned([...files, ...live], { name: given.name, params: given.params, state: given.state });
}

export const modprobe: Module<ModprobeArgs> = {
  name: 'modprobe',
  fullNames: ['community.general.modprobe'],
  barrier: false,
  args,
  aliases: {},
  doc: {
    summary: 'Loads and unloads a kernel module, now and at boot.',
    args: {
      name: 'The kernel module.',
      state: '`present`: loaded; `absent`: not loaded. Default: present.',
      params: 'Parameters, used when the module is not loaded yet, and at boot with `persistent: present`.',
      persistent:
        '`present` or `absent`: whether /etc/modules-load.d/NAME.conf loads it at boot, and /etc/modprobe.d/NAME.conf has its parameters. `disabled`: these files are not changed. Default: disabled.',
    },
    examples: ['- community.general.modprobe:\n    name: vfio-pci\n    persistent: present'],
  },
  touches: (given) =>
    typeof given['name'] === 'string' ? [{ kind: 'module', name: kernelName(given['name']) }] : undefined,
  needs(given) {
    const paths = given.persistent === 'disabled' ? [] : [loadFile(given.name), optionsFile(given.name)];
    return [
      { kind: 'module', name: kernelName(given.name) },
      ...paths.flatMap((path) => [fileRequest(path), ...folderRequests(parentOf(path))]),
    ];
  },
  plan,
};
