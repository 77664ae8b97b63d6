/** What the machine runs in and what it can host, under Ansible's names. */
import type { Value } from '../../values/value.js';
import { dmiWord } from './hardware.js';
import type { Probe } from './sections.js';

interface Found {
  readonly type: string;
  readonly role: 'guest' | 'host';
  /** Also listed as this. */
  readonly also?: string;
}

const vendors: readonly (readonly [file: string, pattern: RegExp, type: string])[] = [
  ['product_name', /^(KVM|KVM Server|Bochs|AHV)$/, 'kvm'],
  ['sys_vendor', /^oVirt$/, 'oVirt'],
  ['product_name', /^RHEV Hypervisor$/, 'RHEV'],
  ['product_name', /^(VMware Virtual Platform|VMware7,1|VMware20,1)$/, 'VMware'],
  ['product_name', /^OpenStack (Compute|Nova)$/, 'openstack'],
  ['bios_vendor', /^Xen$/, 'xen'],
  ['bios_vendor', /^innotek GmbH$/, 'virtualbox'],
  ['bios_vendor', /^(Amazon EC2|DigitalOcean|Hetzner)$/, 'kvm'],
  ['sys_vendor', /^(QEMU|Amazon EC2|DigitalOcean|Google|Scaleway|Nutanix)$/, 'kvm'],
  ['sys_vendor', /^KubeVirt$/, 'KubeVirt'],
  ['sys_vendor', /^Microsoft Corporation$/, 'VirtualPC'],
  ['sys_vendor', /^Parallels Software International Inc\.$/, 'parallels'],
  ['sys_vendor', /^OpenStack Foundation$/, 'openstack'],
];

function findings(probe: Probe): readonly Found[] {
  const found: Found[] = [];
  const exists = (path: string): boolean => probe.target.get('exists')?.includes(path) === true;
  const guest = (type: string, also?: string): number =>
    found.push({ type, role: 'guest', ...(also === undefined ? {} : { also }) });
  const host = (type: string): number => found.push({ type, role: 'host' });
  for (const line of probe.file('/proc/1/cgroup')) {
    if (/\/docker(\/|-[0-9a-f]+\.scope)/.test(line)) guest('docker', 'container');
    if (/\/lxc\/|\/machine\.slice\/machine-libvirt-lxc/.test(line)) guest('lxc', 'container');
    if (line.includes('/system.slice/containerd.service')) guest('containerd', 'container');
  }
  const [, init] = /^container=(.+)$/.exec(probe.section('init')[0] ?? '') ?? [];
  if (init === 'lxc' || init === 'podman') guest(init, 'container');
  else if (init !== undefined) guest('container');
  if (exists('/proc/vz'))
    found.push({ type: 'openvz', role: exists('/proc/bc') ? 'host' : 'guest', also: 'container' });
  const container = probe.target.get('container')?.[0];
  if (container !== undefined && container !== '') guest(container, 'container');
  if (exists('/.dockerenv') || exists('/.dockerinit')) guest('docker', 'container');
  if (exists('/proc/xen')) {
    found.push({
      type: 'xen',
      role: probe.file('/proc/xen/capabilities').some((line) => line.includes('control_d'))
        ? 'host'
        : 'guest',
    });
  }
  for (const [file, pattern, type] of vendors) if (pattern.test(dmiWord(probe, file) ?? '')) guest(type);
  if (probe.section('cpuinfo').some((line) => /^model name.*QEMU Virtual CPU/.test(line))) guest('kvm');
  const modules = new Set(probe.file('/proc/modules').map((line) => line.split(' ')[0] ?? ''));
  if (modules.has('kvm')) host('kvm');
  if (modules.has('vboxdrv')) host('virtualbox');
  if (exists('/dev/kvm')) host('kvm');
  return found;
}

export function virtualizationFacts(probe: Probe): Readonly<Record<string, Value>> {
  const found = findings(probe);
  const [first] = found;
  const tech = (role: Found['role']): string[] => {
    const of = found.filter((one) => one.role === role);
    return [...new Set(of.flatMap(({ type, also }) => (also === undefined ? [type] : [type, also])))].sort();
  };
  return {
    virtualization_type: first?.type ?? 'NA',
    virtualization_role: first?.role ?? 'NA',
    virtualization_tech_guest: tech('guest'),
    virtualization_tech_host: tech('host'),
  };
}
