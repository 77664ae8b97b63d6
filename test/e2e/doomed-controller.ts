/**
 * A controller that is there to be killed: runs site.yaml against one host of a lab that is up, and holds the target at one step
 * long enough for the one who started this process to kill it. Arguments: the lab's name, the host, the step.
 */
import { Lab } from '../lab/lab.js';
import { Steps } from './faults.js';
import { converge } from './harness.js';
import { SITE, SMALL_KERNEL } from './site.js';

const [name = '', host = '', step = ''] = process.argv.slice(2);
const lab = Lab.open(name);
if (lab === undefined) throw new Error(`no lab ${name}`);
/** The marker says that the step is reached; the target then goes on by itself, as it does when a controller dies. */
const script = ': >/run/e2e-reached; sleep 1';
await converge(lab, [SITE], {
  limit: host,
  extraVars: [SMALL_KERNEL],
  rewrite: new Steps({ step: Number(step), script }).rewrite,
});
