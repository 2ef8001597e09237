import { abortable } from './abortable';

/** Work that is done once for all who want it meanwhile: it does not end with the first who leaves. */
export class SingleFlight<T> {
    private inFlight: Promise<T> | null = null;

    constructor(private readonly work: () => Promise<T>) {}

    /**
     * Begins it, or waits for what is in flight.
     * @throws what the work throws; ClosedError when the signal ends the wait
     */
    get(signal?: AbortSignal): Promise<T> {
        this.inFlight ??= this.work().finally(() => (this.inFlight = null));
        return signal === undefined ? this.inFlight : abortable(this.inFlight, signal);
    }
}
