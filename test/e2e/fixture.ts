import assert from 'node:assert/strict';
import { join } from 'node:path';
import { NodeRed } from '../harness/node-red';
import { InvenTreeSimulator } from '../simulators/inventree';
import type { Simulator } from '../simulators/simulator';

/**
 * One real Node-RED for a group of tests, and for each of them servers and a ledger of its own. Call it within `describe`.
 */
export class E2eFixture<S extends Simulator> {
    nodeRed!: NodeRed;
    /** where the prints come from */
    server!: S;
    inventree!: InvenTreeSimulator;
    category!: number;
    location!: number;
    private tests = 0;

    /** @param violations what the server found wrong in requests to it */
    constructor(make: () => S, violations: (server: S) => readonly unknown[] = () => []) {
        before(async () => {
            this.nodeRed = await NodeRed.start();
        });

        after(() => this.nodeRed.stop());

        beforeEach(async () => {
            this.tests++;
            [this.server, this.inventree] = [make(), new InvenTreeSimulator()];
            await Promise.all([this.server.listen(), this.inventree.listen()]);
            this.category = this.inventree.addCategory({ name: '3D prints' }).pk;
            this.location = this.inventree.addLocation({ name: 'Shelf' }).pk;
        });

        afterEach(async () => {
            await this.nodeRed.deploy([]);
            assert.deepEqual([...this.inventree.state.violations, ...violations(this.server)], []);
            await Promise.all([this.server.close(), this.inventree.close()]);
        });
    }

    /** The ledger's file of this test. @param name where one test has several */
    ledger(name = 'ledger'): { file: string } {
        return { file: join(this.nodeRed.userDir, `${name}-${this.tests}.json`) };
    }

    /** A message into the source, by the flow that `withControl` adds. @returns its answer */
    async control(payload: object): Promise<Record<string, unknown>> {
        const response = await fetch(`${this.nodeRed.url}/control`, {
            method: 'POST',
            headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify(payload),
        });
        return (await response.json()) as Record<string, unknown>;
    }

    status(): Promise<Record<string, unknown>> {
        return this.control({ action: 'status' });
    }

    async until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
        for (let tries = 0; tries < 400; tries++) {
            if (await holds()) return;
            await new Promise((resolve) => setTimeout(resolve, 50));
        }
        throw new Error(`waited in vain for ${what}:\n${this.nodeRed.log.slice(-10).join('\n')}`);
    }

    /** Batch codes of all that is in stock, sorted. */
    inStock(): string[] {
        return [...this.inventree.state.stock.values()].map(({ batch }) => batch ?? '').sort();
    }
}
