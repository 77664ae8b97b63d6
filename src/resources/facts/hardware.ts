/** Processor, memory, firmware and uptime facts under Ansible's names. */
import type { Value } from '../../values/value.js';
import type { Probe } from './sections.js';

/** CPU numbers of a list like `0-3,8`. */
function listLength(list: string): number {
  let count = 0;
  for (const part of list.split(',')) {
    const [first, last] = part.split('-').map(Number);
    if (first !== undefined && !Number.isNaN(first)) count += (last ?? first) - first + 1;
  }
  return count;
}

function processorFacts(probe: Probe, architecture: string): Record<string, Value> {
  const listed: string[] = [];
  const sockets = new Set<string>();
  let processors = 0;
  let vendors = 0;
  let cores: number | undefined;
  let siblings: number | undefined;
  for (const line of probe.section('cpuinfo')) {
    const [, key = '', value = ''] = /^([^:]*?)\s*:\s*(.*?)\s*$/.exec(line) ?? [];
    if (/^(processor|Processor|vendor_id|model name|cpu)$/.test(key)) listed.push(value);
    if (key === 'processor') processors += 1;
    if (key === 'vendor_id') vendors += 1;
    if (key === 'physical id') sockets.add(value);
    if (key === 'cpu cores') cores ??= Number(value);
    if (key === 'siblings') siblings ??= Number(value);
  }
  const bySocket = sockets.size > 0;
  const counted = /^(armv|aarch|ppc)/.test(architecture) || vendors === 0 ? processors : vendors;
  const count = bySocket ? sockets.size : counted;
  const perSocket = bySocket ? (cores ?? 1) : 1;
  const threads = bySocket && siblings !== undefined ? Math.max(1, Math.floor(siblings / perSocket)) : 1;
  const allowed = probe.file('/proc/self/status').find((line) => line.startsWith('Cpus_allowed_list:'));
  return {
    processor: listed,
    processor_count: count,
    processor_cores: perSocket,
    processor_threads_per_core: threads,
    processor_vcpus: count * perSocket * threads,
    processor_nproc: allowed === undefined ? processors : listLength(allowed.split(':')[1]?.trim() ?? ''),
  };
}

function memoryFacts(probe: Probe): Record<string, Value> {
  const kib = new Map<string, number>();
  for (const line of probe.file('/proc/meminfo')) {
    const [, key, value] = /^(\w+):\s+(\d+)/.exec(line) ?? [];
    if (key !== undefined) kib.set(key, Number(value));
  }
  const of = (...keys: readonly string[]): number => keys.reduce((sum, key) => sum + (kib.get(key) ?? 0), 0);
  const mb = (value: number): number => Math.floor(value / 1024);
  const [total, free, swapTotal, swapFree] = [
    mb(of('MemTotal')),
    mb(of('MemFree')),
    mb(of('SwapTotal')),
    mb(of('SwapFree')),
  ];
  const unused = mb(of('MemFree', 'Cached', 'Buffers'));
  return {
    memtotal_mb: total,
    memfree_mb: free,
    swaptotal_mb: swapTotal,
    swapfree_mb: swapFree,
    memory_mb: {
      real: { total, free, used: total - free },
      nocache: { free: unused, used: total - unused },
      swap: { total: swapTotal, free: swapFree, used: swapTotal - swapFree, cached: mb(of('SwapCached')) },
    },
  };
}

/** Fact name to file name below /sys/class/dmi/id. */
const dmi: Readonly<Record<string, string>> = {
  bios_date: 'bios_date',
  bios_vendor: 'bios_vendor',
  bios_version: 'bios_version',
  board_asset_tag: 'board_asset_tag',
  board_name: 'board_name',
  board_serial: 'board_serial',
  board_vendor: 'board_vendor',
  board_version: 'board_version',
  chassis_asset_tag: 'chassis_asset_tag',
  chassis_serial: 'chassis_serial',
  chassis_vendor: 'chassis_vendor',
  chassis_version: 'chassis_version',
  product_name: 'product_name',
  product_serial: 'product_serial',
  product_uuid: 'product_uuid',
  product_version: 'product_version',
  system_vendor: 'sys_vendor',
};

export function dmiWord(probe: Probe, file: string): string | undefined {
  return probe.word(`/sys/devices/virtual/dmi/id/${file}`);
}

export function hardwareFacts(probe: Probe, architecture: string): Readonly<Record<string, Value>> {
  const uptime = Number.parseFloat(probe.word('/proc/uptime') ?? '');
  const load = (probe.word('/proc/loadavg') ?? '').split(' ').map(Number);
  return {
    ...processorFacts(probe, architecture),
    ...memoryFacts(probe),
    ...Object.fromEntries(Object.entries(dmi).map(([fact, file]) => [fact, dmiWord(probe, file) ?? 'NA'])),
    ...(Number.isNaN(uptime) ? {} : { uptime_seconds: Math.trunc(uptime) }),
    loadavg: { '1m': load[0] ?? 0, '5m': load[1] ?? 0, '15m': load[2] ?? 0 },
  };
}
