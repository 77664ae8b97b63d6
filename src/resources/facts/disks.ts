/** Mounts and block devices under Ansible's names. */
import type { Value } from '../../values/value.js';
import type { Probe } from './sections.js';

type Fields = Record<string, Value>;

/** Link names below /dev/disk/WHICH by the device they lead to, from `ls -l`. */
function diskLinks(probe: Probe, which: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  let folder = '';
  for (const line of probe.section('links')) {
    const [, header] = /^\/dev\/disk\/by-(\w+):$/.exec(line) ?? [];
    if (header !== undefined) folder = header;
    const [, name, device] = /\s(\S+) -> .*\/([^/]+)$/.exec(line) ?? [];
    if (folder !== which || name === undefined || device === undefined) continue;
    found.set(device, [
      ...(found.get(device) ?? []),
      name.replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    ]);
  }
  return found;
}

/** mounts(5) writes blanks and the like as octal escapes. */
const unescapeMount = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));

/** One entry a place, of what was mounted there last: what is under it cannot be seen. */
export function mountFacts(probe: Probe): readonly Value[] {
  const uuids = diskLinks(probe, 'uuid');
  const sizes = new Map<string, readonly number[]>();
  for (const line of probe.section('statfs')) {
    const [, numbers, mount] = /^(\d+ \d+ \d+ \d+ \d+) (.*)$/.exec(line) ?? [];
    if (numbers !== undefined && mount !== undefined) sizes.set(mount, numbers.split(' ').map(Number));
  }
  const mounts = new Map<string, Value>();
  for (const line of probe.file('/proc/mounts')) {
    const [device = '', mount = '', fstype = '', options = '', dump = '0', passno = '0'] = line
      .split(' ')
      .map(unescapeMount);
    if ((!device.startsWith('/') && !device.includes(':/')) || fstype === 'none') continue;
    const fields: Fields = { mount, device, fstype, options, dump: Number(dump), passno: Number(passno) };
    const [blockSize, blocks, free, inodes, freeInodes] = sizes.get(mount) ?? [];
    if (
      blockSize !== undefined &&
      blocks !== undefined &&
      free !== undefined &&
      inodes !== undefined &&
      freeInodes !== undefined
    ) {
      Object.assign(fields, {
        size_total: blockSize * blocks,
        size_available: blockSize * free,
        block_size: blockSize,
        block_total: blocks,
        block_available: free,
        block_used: blocks - free,
        inode_total: inodes,
        inode_available: freeInodes,
        inode_used: inodes - freeInodes,
      });
    }
    fields['uuid'] = uuids.get(device.split('/').at(-1) ?? '')?.[0] ?? 'N/A';
    mounts.set(mount, fields);
  }
  return [...mounts.values()];
}

function humanSize(bytes: number): string {
  for (const [unit, size] of [
    ['TB', 2 ** 40],
    ['GB', 2 ** 30],
    ['MB', 2 ** 20],
    ['KB', 2 ** 10],
  ] as const) {
    if (bytes >= size) return `${(bytes / size).toFixed(2)} ${unit}`;
  }
  return `${bytes.toFixed(2)} Bytes`;
}

export function deviceFacts(probe: Probe): Fields {
  const links = {
    ids: diskLinks(probe, 'id'),
    labels: diskLinks(probe, 'label'),
    uuids: diskLinks(probe, 'uuid'),
  };
  const linksOf = (name: string): Fields => ({
    ids: [...(links.ids.get(name) ?? [])],
    labels: [...(links.labels.get(name) ?? [])],
    masters: [],
    uuids: [...(links.uuids.get(name) ?? [])],
  });
  const devices: Fields = {};
  for (const path of probe.paths(/^\/sys\/block\/[^/]+\/size$/)) {
    const base = path.slice(0, -'/size'.length);
    const name = base.split('/').at(-1) ?? '';
    const word = (file: string): string | undefined => probe.word(`${base}/${file}`);
    const sectors = Number(word('size'));
    const sectorSize = Number(word('queue/hw_sector_size') ?? '512');
    const partitions: Fields = {};
    for (const file of probe.paths(/^\/sys\/block\/[^/]+\/[^/]+\/partition$/)) {
      if (!file.startsWith(`${base}/`)) continue;
      const part = file.split('/').at(-2) ?? '';
      const partSectors = Number(word(`${part}/size`));
      partitions[part] = {
        sectors: String(partSectors),
        sectorsize: sectorSize,
        size: humanSize(partSectors * 512),
        start: word(`${part}/start`) ?? '',
        uuid: links.uuids.get(part)?.[0] ?? null,
        holders: [],
        links: linksOf(part),
      };
    }
    devices[name] = {
      // Ansible says 1 of every device on a system that has /sys/block's links.
      virtual: 1,
      links: linksOf(name),
      vendor: word('device/vendor') ?? null,
      model: word('device/model') ?? null,
      removable: word('removable') ?? '0',
      rotational: word('queue/rotational') ?? '0',
      scheduler_mode: /\[(.*?)\]/.exec(word('queue/scheduler') ?? '')?.[1] ?? word('queue/scheduler') ?? '',
      sectors: String(sectors),
      sectorsize: String(sectorSize),
      // The kernel counts in sectors of 512 bytes whatever the device's are (Documentation/block/stat.rst).
      size: humanSize(sectors * 512),
      host: '',
      holders: probe
        .section('netlinks')
        .flatMap(
          (line) =>
            new RegExp(`/sys/block/${name.replace(/[.+]/g, '\\$&')}/holders/(\\S+) ->`).exec(line)?.[1] ?? [],
        ),
      partitions,
    };
  }
  return devices;
}
