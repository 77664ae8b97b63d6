/** Package tests on a lab host: asks apt for a plan as the apt module does, and compares whole hosts. */
import { strict as assert } from 'node:assert';
import type { PackageState } from '../../../src/resources/package/state.js';
import type { TransactionRequest, TransactionState } from '../../../src/resources/transaction/state.js';
import type { Change } from '../../../src/resources/resource.js';
import { packageKind } from '../../../src/resources/package/kind.js';
import { transactionKind } from '../../../src/resources/transaction/kind.js';
import { transactionName } from '../../../src/resources/transaction/request.js';
import { diffFingerprints, type Fingerprint, formatDifferences } from '../../lab/fingerprint.js';
import type { LabHost } from '../../lab/lab.js';
import { inHost, KindTarget, type ShellName } from '../kind-shell.js';
import { request } from '../transaction/requests.js';

export class PackageHost {
  readonly packages: KindTarget<'package'>;
  readonly transactions: KindTarget<'transaction'>;
  constructor(
    readonly host: LabHost,
    run: string,
    shell: ShellName = 'dash',
  ) {
    this.packages = new KindTarget(packageKind, inHost(host), shell, '/var/lib/rtprov', run);
    this.transactions = new KindTarget(transactionKind, inHost(host), shell, '/var/lib/rtprov', run);
  }

  async root(script: string): Promise<string> {
    const done = await this.host.inside(['sh', '-c', script]);
    assert.equal(done.code, 0, done.stderr);
    return done.stdout;
  }

  async ask(more: Partial<TransactionRequest>): Promise<TransactionState> {
    const name = transactionName(request(more));
    const requests = [{ kind: 'transaction', name }] as const;
    const output = await this.transactions.must(transactionKind.read(requests), true);
    const state = transactionKind.parse(requests, output, this.transactions.store).get(name);
    assert.ok(state !== undefined);
    return state;
  }

  /** The changes that a request leads to. */
  async plan(more: Partial<TransactionRequest>): Promise<readonly Change<'package'>[]> {
    const { changes, error } = await this.ask(more);
    assert.equal(error, undefined);
    // What is half done shows as what it becomes, so `read`, which compares the two, is not for it.
    const requests = changes.map(({ name }) => ({ kind: 'package', name }) as const);
    const present = packageKind.parse(
      requests,
      await this.packages.must(packageKind.read(requests), true),
      this.packages.store,
    );
    return changes.map(({ name, to, auto, leaves }) => {
      const from = present.get(name);
      assert.ok(from !== undefined);
      const wanted: PackageState =
        to === undefined
          ? { configFiles: leaves === true, auto: false, held: from.held }
          : { version: to, configFiles: false, auto, held: from.held };
      return this.packages.change(name, from, wanted);
    });
  }

  async same(before: Fingerprint): Promise<void> {
    assert.equal(formatDifferences(diffFingerprints(before, await this.host.fingerprint())), '');
  }

  async install(...install: string[]): Promise<void> {
    const changes = await this.plan({ install });
    await this.packages.save(...changes);
    await this.packages.write(...changes);
  }
}
