/** Names, kernel, user, clock, boot and security facts under Ansible's names. */
import type { Value } from '../../values/value.js';
import { userOf } from './target.js';
import type { Probe } from './sections.js';

type Fields = Record<string, Value>;

function nameFacts(probe: Probe): Fields {
  const node = probe.word('/proc/sys/kernel/hostname') ?? '';
  const hostname = node.split('.')[0] ?? '';
  // The canonical name of the hosts file; a name server is not asked, it may take seconds to be silent.
  let fqdn = node;
  for (const line of probe.file('/etc/hosts')) {
    const [, ...hostNames] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (!hostNames.includes(node)) continue;
    fqdn = hostNames.find((name) => name.includes('.')) ?? hostNames[0] ?? node;
    break;
  }
  return {
    nodename: node,
    hostname,
    fqdn,
    domain: fqdn.includes('.') ? fqdn.slice(fqdn.indexOf('.') + 1) : '',
  };
}

function kernelFacts(probe: Probe, machine: string): Fields {
  const is64 = /64$|^s390x$|64le$/.test(machine);
  return {
    system: probe.word('/proc/sys/kernel/ostype') ?? 'Linux',
    kernel: probe.word('/proc/sys/kernel/osrelease') ?? '',
    kernel_version: probe.word('/proc/sys/kernel/version') ?? '',
    machine,
    architecture: /^i[3-6]86$/.test(machine) ? 'i386' : machine,
    userspace_bits: is64 ? '64' : '32',
    userspace_architecture: /^i[3-6]86$/.test(machine) ? 'i386' : machine,
  };
}

function userFacts(probe: Probe): Fields {
  const user = userOf(probe);
  const number = (key: string): number => Number(probe.target.get(key)?.[0] ?? user.uid);
  return {
    user_id: user.name,
    user_uid: user.uid,
    user_gid: user.gid,
    user_gecos: user.gecos,
    user_dir: user.home,
    user_shell: user.shell,
    real_user_id: number('real_uid'),
    effective_user_id: user.uid,
    real_group_id: number('real_gid'),
    effective_group_id: user.gid,
  };
}

const pad = (value: number, width = 2): string => String(value).padStart(width, '0');

function clockFacts(probe: Probe): Fields {
  const [
    year = '',
    month = '',
    weekday = '',
    weekdayNumber = '',
    week = '',
    day = '',
    hour = '',
    minute = '',
    second = '',
    epoch = '0',
    zone = '',
    offset = '',
    nano = '0',
  ] = (probe.section('date')[0] ?? '').split('|');
  const micro = /^\d{9}$/.test(nano) ? nano.slice(0, 6) : '000000';
  const utc = new Date(Number(epoch) * 1000);
  const utcDate = `${utc.getUTCFullYear()}-${pad(utc.getUTCMonth() + 1)}-${pad(utc.getUTCDate())}`;
  const utcTime = `${pad(utc.getUTCHours())}:${pad(utc.getUTCMinutes())}:${pad(utc.getUTCSeconds())}`;
  return {
    year,
    month,
    weekday,
    weekday_number: weekdayNumber,
    weeknumber: week,
    day,
    hour,
    minute,
    second,
    epoch,
    epoch_int: epoch,
    date: `${year}-${month}-${day}`,
    time: `${hour}:${minute}:${second}`,
    iso8601_micro: `${utcDate}T${utcTime}.${micro}Z`,
    iso8601: `${utcDate}T${utcTime}Z`,
    iso8601_basic: `${year}${month}${day}T${hour}${minute}${second}${micro}`,
    iso8601_basic_short: `${year}${month}${day}T${hour}${minute}${second}`,
    tz: zone,
    tz_dst: zone,
    tz_offset: offset,
  };
}

/** Kernel arguments: the last of several wins in `cmdline`, `proc_cmdline` lists them all. */
function commandLineFacts(probe: Probe): Fields {
  const cmdline: Fields = {};
  const all: Fields = {};
  for (const word of (probe.word('/proc/cmdline') ?? '').match(/(?:[^\s"]|"[^"]*")+/g) ?? []) {
    const bare = word.replaceAll('"', '');
    const at = bare.indexOf('=');
    const key = at < 0 ? bare : bare.slice(0, at);
    const value: Value = at < 0 ? true : bare.slice(at + 1);
    cmdline[key] = value;
    const had = all[key];
    all[key] =
      had === undefined || had === true || value === true
        ? value
        : Array.isArray(had)
          ? [...(had as readonly Value[]), value]
          : [had, value];
  }
  return { cmdline, proc_cmdline: all };
}

function selinuxFacts(probe: Probe): Value {
  const enforce = probe.word('/sys/fs/selinux/enforce');
  if (enforce === undefined) return { status: 'disabled' };
  const config = new Map(
    probe
      .file('/etc/selinux/config')
      .map((line) => line.split('=').map((part) => part.trim()) as [string, string]),
  );
  return {
    status: 'enabled',
    mode: enforce === '1' ? 'enforcing' : 'permissive',
    config_mode: config.get('SELINUX') ?? 'unknown',
    type: config.get('SELINUXTYPE') ?? 'unknown',
    policyvers: Number(probe.word('/sys/fs/selinux/policyvers') ?? 0),
  };
}

function dnsFacts(probe: Probe): Value {
  const dns: Fields = {};
  for (const line of probe.file('/etc/resolv.conf')) {
    const [key = '', ...words] = line
      .replace(/[#;].*/, '')
      .trim()
      .split(/\s+/);
    if (key === 'nameserver')
      dns['nameservers'] = [...((dns['nameservers'] as string[] | undefined) ?? []), ...words];
    else if (key === 'domain') dns['domain'] = words[0] ?? '';
    else if (key === 'search' || key === 'sortlist') dns[key] = words;
    else if (key === 'options') {
      dns['options'] = Object.fromEntries(
        words.map((word) => [word.split(':')[0] ?? '', word.split(':')[1] ?? true]),
      );
    }
  }
  return dns;
}

function hostKeyFacts(probe: Probe): Fields {
  const facts: Fields = {};
  for (const path of probe.paths(/^\/etc\/ssh\/ssh_host_\w+_key\.pub$/)) {
    const name = /ssh_host_(\w+)_key/.exec(path)?.[1] ?? '';
    const [type = '', key = ''] = (probe.word(path) ?? '').split(' ');
    facts[`ssh_host_key_${name}_public`] = key;
    facts[`ssh_host_key_${name}_public_keytype`] = type;
  }
  return facts;
}

/** Process 1 by its name; one that is only called init may still be systemd. */
function serviceManager(probe: Probe): string {
  const first = probe.word('/proc/1/comm') ?? '';
  if (first !== '' && first !== 'init' && !first.endsWith('sh')) return first;
  if (probe.target.get('exists')?.includes('/run/systemd/system') === true) return 'systemd';
  return probe.target.get('manager')?.includes('apk') === true
    ? 'openrc'
    : first === 'init'
      ? 'sysvinit'
      : 'service';
}

export function systemFacts(probe: Probe, machine: string): Fields {
  const [here, first] = probe.section('root');
  const exists = (path: string): boolean => probe.target.get('exists')?.includes(path) === true;
  return {
    ...nameFacts(probe),
    ...kernelFacts(probe, machine),
    ...userFacts(probe),
    ...commandLineFacts(probe),
    ...hostKeyFacts(probe),
    date_time: clockFacts(probe),
    env: probe.environment,
    service_mgr: serviceManager(probe),
    machine_id: probe.word('/var/lib/dbus/machine-id') ?? probe.word('/etc/machine-id') ?? 'NA',
    is_chroot: here !== undefined && first !== undefined && here !== first,
    selinux: selinuxFacts(probe),
    apparmor: { status: exists('/sys/kernel/security/apparmor') ? 'enabled' : 'disabled' },
    fips: probe.word('/proc/sys/crypto/fips_enabled') === '1',
    dns: dnsFacts(probe),
    iscsi_iqn:
      /^InitiatorName=(.*)$/.exec(
        probe.file('/etc/iscsi/initiatorname.iscsi').find((line) => line.startsWith('InitiatorName=')) ?? '',
      )?.[1] ?? '',
  };
}
