/** Interfaces, addresses and default routes under Ansible's names, from /sys/class/net and ip(8). */
import type { Value } from '../../values/value.js';
import type { Probe } from './sections.js';

type Fields = Record<string, Value>;

interface Address {
  readonly family: 4 | 6;
  readonly address: string;
  readonly prefix: string;
  readonly broadcast: string;
  readonly scope: string;
  readonly secondary: boolean;
  readonly label: string;
}

/** ARPHRD_* of linux/if_arp.h. */
const types: Readonly<Record<string, string>> = {
  '1': 'ether',
  '32': 'infiniband',
  '512': 'ppp',
  '772': 'loopback',
  '65534': 'tunnel',
};

const toNumber = (address: string): number =>
  address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const toAddress = (value: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');

function ipv4Fields({ address, prefix, broadcast }: Address): Fields {
  const size = 2 ** (32 - Number(prefix));
  return {
    address,
    broadcast,
    netmask: toAddress(2 ** 32 - size),
    network: toAddress(Math.floor(toNumber(address) / size) * size),
    prefix,
  };
}

/** `ip addr` by interface. */
export function parseAddresses(output: readonly string[]): ReadonlyMap<string, readonly Address[]> {
  const found = new Map<string, Address[]>();
  let current: Address[] = [];
  for (const line of output) {
    const [, name] = /^\d+: ([^:@]+)/.exec(line) ?? [];
    if (name !== undefined) {
      found.set(name, (current = []));
      continue;
    }
    const words = line.trim().split(/\s+/);
    if (words[0] !== 'inet' && words[0] !== 'inet6') continue;
    const after = (word: string): string | undefined =>
      words.includes(word) ? words[words.indexOf(word) + 1] : undefined;
    const [address = '', own] = (words[1] ?? '').split('/');
    current.push({
      family: words[0] === 'inet' ? 4 : 6,
      address,
      prefix: own ?? after('peer')?.split('/')[1] ?? (words[0] === 'inet' ? '32' : '128'),
      broadcast: after('brd') ?? '',
      scope: after('scope') ?? '',
      secondary: words.includes('secondary'),
      label: words.at(-1) ?? '',
    });
  }
  return found;
}

function interfaceFields(probe: Probe, name: string, addresses: readonly Address[]): Fields {
  const path = `/sys/class/net/${name}`;
  const word = (file: string): string | undefined => probe.word(`${path}/${file}`);
  const fields: Fields = { device: name };
  const mac = word('address');
  if (mac !== undefined && mac !== '' && mac !== '00:00:00:00:00:00') fields['macaddress'] = mac;
  if (word('mtu') !== undefined) fields['mtu'] = Number(word('mtu'));
  if (word('operstate') !== undefined) fields['active'] = word('operstate') !== 'down';
  fields['type'] = types[word('type') ?? ''] ?? 'unknown';
  if (word('bridge/bridge_id') !== undefined) {
    fields['type'] = 'bridge';
    fields['id'] = word('bridge/bridge_id') ?? '';
    fields['stp'] = word('bridge/stp_state') === '1';
    fields['interfaces'] = probe
      .paths(/\/brif\/[^/]+\/state$/)
      .filter((file) => file.startsWith(`${path}/brif/`))
      .map((file) => file.split('/').at(-2) ?? '');
  }
  if (word('bonding/mode') !== undefined) {
    fields['type'] = 'bonding';
    fields['slaves'] = (word('bonding/slaves') ?? '').split(' ').filter((slave) => slave !== '');
    fields['mode'] = (word('bonding/mode') ?? '').split(' ')[0] ?? '';
    fields['miimon'] = (word('bonding/miimon') ?? '').split(' ')[0] ?? '';
  }
  if (word('speed') !== undefined) fields['speed'] = Number(word('speed'));
  if (word('flags') !== undefined) fields['promisc'] = (Number(word('flags')) & 0x100) > 0;
  const linkTo = (file: string): string | undefined =>
    probe
      .section('netlinks')
      .find((line) => line.includes(` ${path}/${file} -> `))
      ?.split('/')
      .at(-1);
  const pci = linkTo('device');
  const module = linkTo('device/driver/module');
  if (pci !== undefined) fields['pciid'] = pci;
  if (module !== undefined) fields['module'] = module;
  const v4 = addresses.filter(({ family }) => family === 4);
  const [primary] = v4.filter(({ secondary }) => !secondary);
  if (primary !== undefined) fields['ipv4'] = ipv4Fields(primary);
  const others = v4.filter((address) => address !== primary);
  if (others.length > 0) fields['ipv4_secondaries'] = others.map(ipv4Fields);
  const v6 = addresses.filter(({ family }) => family === 6);
  if (v6.length > 0) fields['ipv6'] = v6.map(({ address, prefix, scope }) => ({ address, prefix, scope }));
  return fields;
}

/** What `ip route get` says of the way out. */
function routeFields(line: string | undefined): { readonly [key: string]: string } {
  const words = (line ?? '').trim().split(/\s+/);
  const after = (word: string): string | undefined =>
    words.includes(word) ? words[words.indexOf(word) + 1] : undefined;
  const [device, address, gateway] = [after('dev'), after('src'), after('via')];
  if (device === undefined || words[0] === 'unreachable') return {};
  return {
    interface: device,
    ...(address === undefined ? {} : { address }),
    ...(gateway === undefined ? {} : { gateway }),
  };
}

export function networkFacts(probe: Probe): Fields {
  const addresses = parseAddresses(probe.section('addr'));
  const names = probe.paths(/^\/sys\/class\/net\/[^/]+\/flags$/).map((path) => path.split('/')[4] ?? '');
  const facts: Fields = { interfaces: names };
  const byName = new Map(
    names.map((name) => [name, interfaceFields(probe, name, addresses.get(name) ?? [])]),
  );
  for (const [name, fields] of byName) facts[name.replaceAll(':', '_')] = fields;
  const all = names.flatMap((name) => addresses.get(name) ?? []);
  facts['all_ipv4_addresses'] = all
    .filter(({ family, address }) => family === 4 && !address.startsWith('127.'))
    .map(({ address }) => address);
  facts['all_ipv6_addresses'] = all
    .filter(({ family, address }) => family === 6 && address !== '::1')
    .map(({ address }) => address);
  for (const family of [4, 6] as const) {
    const route = routeFields(probe.section(`route${family}`)[0]);
    const device = byName.get(route['interface'] ?? '');
    const address = all.find((one) => one.family === family && one.address === route['address']);
    const fields: Fields = { ...route };
    if (address !== undefined && device !== undefined) {
      if (family === 4) Object.assign(fields, ipv4Fields(address), { alias: address.label });
      else Object.assign(fields, { prefix: address.prefix, scope: address.scope });
      for (const key of ['macaddress', 'mtu', 'type'])
        if (device[key] !== undefined) fields[key] = device[key];
    }
    facts[`default_ipv${family}`] = fields;
  }
  return facts;
}
