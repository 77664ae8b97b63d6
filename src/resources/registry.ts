/** The explicit map of all resource kinds. */
import { RtprovError } from '../diagnostics/diagnostic.js';
import { bootKind } from './boot/kind.js';
import { bootEntryKind } from './boot-entry/kind.js';
import { fileKind } from './file/kind.js';
import { groupKind } from './group/kind.js';
import { kernelSettingKind } from './kernel-setting/kind.js';
import { moduleKind } from './kernel-module/kind.js';
import { packageKind } from './package/kind.js';
import type { KindName, ResourceKind } from './resource.js';
import { sysctlKind } from './sysctl/kind.js';
import { topologyKind } from './topology/kind.js';
import { transactionKind } from './transaction/kind.js';
import { unitKind } from './unit/kind.js';
import { userKind } from './user/kind.js';

type KindMap = { readonly [K in KindName]: ResourceKind<K> };

const byName: KindMap = {
  file: fileKind,
  package: packageKind,
  unit: unitKind,
  sysctl: sysctlKind,
  kernel_setting: kernelSettingKind,
  module: moduleKind,
  user: userKind,
  group: groupKind,
  boot_entry: bootEntryKind,
  boot: bootKind,
  transaction: transactionKind,
  topology: topologyKind,
};

/** Every kind by its name, in a fixed order. A kind is only ever given states of its own, which types cannot say of a map. */
export const kinds: ReadonlyMap<KindName, ResourceKind<KindName>> = new Map(
  Object.values(byName).map((kind) => [kind.kind, kind as unknown as ResourceKind<KindName>]),
);

/** The kind of a name that came from outside (a journal) or is typed. Throws RtprovError UNKNOWN_KIND. */
export function kindOf<K extends KindName>(name: K): ResourceKind<K> {
  const kind: KindMap[K] | undefined = Object.hasOwn(byName, name) ? byName[name] : undefined;
  if (kind === undefined) throw new RtprovError('UNKNOWN_KIND', `there is no resource kind "${name}"`);
  return kind;
}
