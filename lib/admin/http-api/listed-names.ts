import { ServiceError } from './service-error';

/**
 * Reads a list of names with commas between.
 * @param what a name is, for what is said of one that is not known: `a state of a print`
 * @returns empty: none was named. @throws ServiceError 400
 */
export function listedNames<T extends string>(text: string, known: readonly T[], what: string): T[] {
    return text
        .split(',')
        .filter(Boolean)
        .map((name) => {
            const found = known.find((each) => each === name);
            if (found === undefined) throw new ServiceError(400, `"${name}" is not ${what}`);
            return found;
        });
}
