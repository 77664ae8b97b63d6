/** A host's topology over its connection, as `rtprov facts --topology` prints it. */
import type { TargetShell } from '../../engine/target/target-shell.js';
import type { ReadRequest } from '../../resources/resource.js';
import { topologyName } from '../../resources/topology/kind.js';
import { topologyOf } from '../../rt/topology/parse.js';
import { foundPins } from '../../rt/topology/present-use.js';
import { topologyJson } from '../../rt/topology/json.js';

const request: ReadRequest<'topology'> = { kind: 'topology', name: topologyName };

/** One round trip. Throws RtprovError READ_FAILED or NO_TOPOLOGY. */
export async function readTopology(shell: TargetShell): Promise<Readonly<Record<string, unknown>>> {
  await shell.read([request]);
  const state = shell.view.state('topology', topologyName);
  const topology = topologyOf(state);
  return topologyJson(topology, { processes: state.guests, pins: foundPins(state, topology.online) });
}
