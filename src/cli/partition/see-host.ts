/** What a host shows for its plan: one round trip. */
import type { TargetShell } from '../../engine/target/target-shell.js';
import { fileRequest } from '../../resources/file/request.js';
import { topologyName } from '../../resources/topology/kind.js';
import { planFile } from '../../rt/partition/json/former.js';
import { hostFactsOf } from '../../rt/topology/host-facts.js';
import { foundPins } from '../../rt/topology/present-use.js';
import { topologyOf } from '../../rt/topology/parse.js';
import type { Seen } from './make-plan.js';

/** Throws RtprovError READ_FAILED or NO_TOPOLOGY. */
export async function seeHost(shell: TargetShell): Promise<Seen> {
  await shell.read([{ kind: 'topology', name: topologyName }, fileRequest(planFile, 'content')]);
  const state = shell.view.state('topology', topologyName);
  const file = shell.view.state('file', planFile);
  const stored = file.type === 'file' ? shell.options.store.get(file.sha256) : undefined;
  const topology = topologyOf(state);
  return {
    topology,
    found: foundPins(state, topology.online),
    former: stored?.toString('utf8') ?? '',
    kernel: hostFactsOf(state.files),
  };
}
