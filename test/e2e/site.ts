/** The real playbook on a lab host: what it needs to be there, and what makes it quick enough to be run a hundred times. */
import { fileURLToPath } from 'node:url';
import type { LabHost } from '../lab/lab.js';

export const SITE = fileURLToPath(new URL('../../playbooks/site.yaml', import.meta.url));

/** site.yaml without the minutes that the RT kernel's installation takes; all its other steps are as they are. */
export const SMALL_KERNEL = JSON.stringify({ rt_kernel_packages: ['rtprov-demo-a'] });

/** Installs what site.yaml would install, so that a run has all its steps but the packages'. */
export async function installPackages(host: LabHost): Promise<void> {
  const done = await host.inside([
    'sh',
    '-c',
    'export DEBIAN_FRONTEND=noninteractive; apt-get -q update && apt-get -q -y install tuned rtprov-demo-a',
  ]);
  if (done.code !== 0) throw new Error(`${host.name}: ${done.stderr}`);
}
