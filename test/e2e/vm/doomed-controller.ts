/**
 * A controller that is killed while it sends a certain script: runs a playbook against a lab of machines that is up. Arguments: the
 * lab's inventory, the lab's name, the playbook, the text in a script at which the process ends, before the script is sent.
 */
import { converge } from '../harness.js';

const [inventoryPath = '', name = '', playbook = '', text = ''] = process.argv.slice(2);
await converge({ name, inventoryPath }, [playbook], {
  rewrite: (script) => {
    if (script.includes(text)) process.kill(process.pid, 'SIGKILL');
    return script;
  },
});
