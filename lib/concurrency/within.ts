/**
 * Waits for work, at the longest so many ms. The work goes on.
 * @returns undefined where it takes longer. @throws what the work throws in that time
 */
export async function within<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), ms)));
    return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
