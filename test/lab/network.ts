import { readdirSync } from 'node:fs';
import { gatewayAddress, labNames } from './names.js';
import { attempt, run } from './process.js';

/** The lab's bridge. Hosts get no default route and the machine forwards nothing: there is no way out. */
export async function bridgeUp(id: string, subnet: number): Promise<void> {
  const { bridge } = labNames(id);
  await attempt('ip', ['link', 'del', bridge]);
  await run('ip', ['link', 'add', bridge, 'type', 'bridge']);
  await run('ip', ['addr', 'add', `${gatewayAddress(subnet)}/24`, 'dev', bridge]);
  await run('ip', ['link', 'set', bridge, 'up']);
}

/** Removes every namespace and interface that bears the lab's prefix, also when its state is not known. */
export async function networkDown(id: string): Promise<void> {
  const names = labNames(id);
  for (const netns of netnsOf(id)) await attempt('ip', ['netns', 'del', netns]);
  for (const link of linksOf(id)) await attempt('ip', ['link', 'del', link]);
  await attempt('ip', ['link', 'del', names.bridge]);
}

export function netnsOf(id: string): readonly string[] {
  return list('/run/netns').filter((name) => name.startsWith(labNames(id).netnsPrefix));
}

export function linksOf(id: string): readonly string[] {
  const names = labNames(id);
  return list('/sys/class/net').filter((name) => name === names.bridge || name.startsWith(names.vethPrefix));
}

function list(dir: string): readonly string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}
