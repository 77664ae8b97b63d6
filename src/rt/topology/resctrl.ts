/** Cache allocation as the kernel offers it. Source: Documentation/filesystems/resctrl.rst. */
import type { MachineFiles } from './files.js';
import type { CacheResource, Resctrl } from './model.js';

/** Flags of /proc/cpuinfo that have to do with resctrl (arch/x86/include/asm/cpufeatures.h). */
const rdtFlag = /^(?:rdt_[am]|cat_l[23]|cdp_l[23]|mba|cqm(?:_[a-z_]+)?)$/;

/** Flags of the first processor. The kernel's figures decide what is offered: firmware may hide what the flags name. */
export function readRdtFlags(files: MachineFiles): readonly string[] {
  const path = '/proc/cpuinfo';
  const line = files.lines(path).find((one) => /^flags\s*:/.test(one));
  if (line === undefined) return [];
  files.source('rdtFlags', path);
  return line
    .slice(line.indexOf(':') + 1)
    .split(/\s+/)
    .filter((flag) => rdtFlag.test(flag));
}

/** Where resctrl is mounted, with which options. */
function mountOf(files: MachineFiles): { readonly path: string; readonly options: readonly string[] } {
  for (const line of files.lines('/proc/mounts')) {
    const [, path = '', type, options = ''] = line.split(' ');
    if (type === 'resctrl' && path.startsWith('/')) return { path, options: options.split(',') };
  }
  return { path: '/sys/fs/resctrl', options: [] };
}

/** A mask without blanks and `0x`; undefined where it is none. */
function bits(text: string | undefined): bigint | undefined {
  return text !== undefined && /^[0-9a-f]{1,16}$/i.test(text) ? BigInt(`0x${text}`) : undefined;
}

function readResource(files: MachineFiles, folder: string, name: string): CacheResource | undefined {
  const mask = bits(files.text(`${folder}/cbm_mask`));
  const closids = files.number(`${folder}/num_closids`);
  if (mask === undefined || mask === 0n || closids === undefined || closids < 1) return undefined;
  const use = files.text(`${folder}/bit_usage`);
  return {
    name,
    maskBits: mask.toString(2).length,
    minBits: files.number(`${folder}/min_cbm_bits`) ?? 1,
    closids,
    shareable: bits(files.text(`${folder}/shareable_bits`)) ?? 0n,
    sparse: files.text(`${folder}/sparse_masks`) === '1',
    ...(use === undefined || use === '' ? {} : { use }),
  };
}

/** Folders of resctrl's root that are not groups. */
const notGroups: ReadonlySet<string> = new Set(['info', 'mon_groups', 'mon_data']);

function readGroup(files: MachineFiles, path: string, name: string): Resctrl['groups'] {
  const folder = name === '' ? path : `${path}/${name}`;
  const schemata = files.text(`${folder}/schemata`);
  if (schemata === undefined) return [];
  return [{ name, schemata, cpus: files.list(`${folder}/cpus_list`) ?? [] }];
}

/** Undefined: resctrl is not mounted. Where it is mounted and offers no cache, it has no resources. */
export function readResctrl(files: MachineFiles): Resctrl | undefined {
  const { path, options } = mountOf(files);
  const controls = files.children(`${path}/info`);
  if (controls.length === 0) return undefined;
  const resources = controls
    .filter((name) => /^L[23](?:CODE|DATA)?$/.test(name))
    .sort()
    .flatMap((name) => readResource(files, `${path}/info/${name}`, name) ?? []);
  files.source('resctrl', path);
  const has = (name: string): boolean => resources.some((resource) => resource.name === name);
  const closids = controls
    .flatMap((name) => files.number(`${path}/info/${name}/num_closids`) ?? [])
    .filter((count) => count > 0);
  const groups = files
    .children(path)
    .filter((name) => !notGroups.has(name) && files.hasFolder(`${path}/${name}`))
    .sort();
  return {
    path,
    // Code and data are resources of their own where the mount asked for it.
    cdpL3: has('L3CODE') || options.includes('cdp'),
    cdpL2: has('L2CODE') || options.includes('cdpl2'),
    // The scarcest resource decides, of whatever sort (closid_init() in fs/resctrl/rdtgroup.c). With CDP the kernel reports half.
    closids: closids.length === 0 ? 1 : Math.min(...closids),
    resources,
    groups: ['', ...groups].flatMap((name) => readGroup(files, path, name)),
  };
}
