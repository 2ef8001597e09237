import type { Ledger } from '../store/ledger/ledger';
import type { Dispatcher } from './dispatcher';

/** A source paused by a person sends nothing until `resume`, even after a restart. Prints in the flow continue. */
export class RememberedPause {
    private readonly key: string;

    /**
     * @param id the source node's id
     * @param changed told when the ledger knows it
     */
    constructor(
        private readonly ledger: Ledger,
        id: string,
        private readonly dispatcher: Dispatcher,
        private readonly changed: () => void,
    ) {
        this.key = `paused:${id}`;
    }

    /** Pauses a source that was paused before a restart. */
    recall(): void {
        if (this.ledger.meta(this.key) === 'yes') this.dispatcher.pause();
    }

    /** @throws what `Ledger.setMetaDurable` throws */
    async pause(): Promise<void> {
        this.dispatcher.pause();
        await this.remember('yes');
    }

    /** @throws what `Ledger.setMetaDurable` throws */
    async resume(): Promise<void> {
        this.dispatcher.resume();
        await this.remember('no');
    }

    private async remember(paused: 'yes' | 'no'): Promise<void> {
        await this.ledger.setMetaDurable(this.key, paused);
        this.changed();
    }
}
