import { parametersOf } from '../../../clients/inventree/parameters';
import { retryWhileUnavailable } from '../../../delivery/retry/retry-while-unavailable';
import type { InvenTreeDestination } from '../destination';

/**
 * What a parameter of a Part says just now: one request, where InvenTree has such a template.
 * @param part its pk
 * @returns null where the Part has no such parameter
 * @throws as `read`
 */
export async function partParameter(
    destination: InvenTreeDestination,
    part: number,
    template: string,
    signal: AbortSignal,
): Promise<string | null> {
    const known = await destination.template(template, signal);
    if (known === undefined) return null;
    const parameters = await parametersOf(destination.client, part, signal);
    const there = parameters.find((parameter) => parameter.template === known.pk)?.data;
    return there ?? destination.parameterPack.value(part, known.name);
}

/** The same for a step that does nothing else with InvenTree meanwhile: for as long as it takes. */
export function awaitPartParameter(...asked: Parameters<typeof partParameter>): Promise<string | null> {
    const [destination, , , signal] = asked;
    return retryWhileUnavailable(destination.breaker, () => partParameter(...asked), signal);
}
