import { RejectedError } from '../../http/errors';

/** What a person has to see to in InvenTree. @param why without a full stop */
export function rejected(why: string): RejectedError {
    return new RejectedError(`${why}.`, { server: 'InvenTree' });
}
