import { Failure } from '../http/errors';
import type { Step } from '../store/ledger/records';
import type { Print } from '../print/print';
import type { Delivery } from './delivery';

/**
 * What becomes of a print whose step failed.
 * - `waits`: it is offered again by itself
 * - `parked`: a person has to see to it
 * - `beside`: the stock stands, its picture or link failed
 */
export type Consequence = 'waits' | 'parked' | 'beside';

/**
 * Notes that a step failed, for what time and the lines do not heal.
 * @param node id of the step's node in the flow, for who looks for it; undefined: nobody knows it
 * @returns what is to become of the print
 */
export async function failStep(
    delivery: Delivery,
    print: Print,
    step: Step,
    error: Error,
    node?: string,
): Promise<Consequence> {
    delivery.errors.add(step, error, print.batch);
    if (step === 'image' || step === 'link') {
        await delivery.failBeside(print, step, node);
        return 'beside';
    }
    if (error instanceof Failure && error.waits === 'print' && (await delivery.holdBack(print, step, error)))
        return 'waits';
    await delivery.park(print, step, error.message, node);
    return 'parked';
}
