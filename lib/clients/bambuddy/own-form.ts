import { file, list, object, oneOf, picture, words, type OwnForm, type Shape } from '../../http/own-form';

const said = object({ detail: 'text' });
/** As it begins a 3MF. */
const zip: Shape = (body, type) => file(body, type) && (body as Buffer).subarray(0, 2).toString('latin1') === 'PK';
const empty: Shape = (body) => body === '';
const page = object({ items: 'list', total: 'number' });

/** How Bambuddy answers (FastAPI), as far as we ask it. */
export const BAMBUDDY_FORM: OwnForm = [
    { from: 200, to: 299, path: /\/updates\/version$/, is: object({ version: 'text' }) },
    { from: 200, to: 299, path: /\/print-log\/$|\/archives\/\d+\/runs$/, is: page },
    { from: 200, to: 299, path: /\/archives\/$|\/printers\/$|\/projects\/$|\/archives\/tags$/, is: list(object({})) },
    { from: 200, to: 299, path: /\/archives\/\d+$/, is: object({ id: 'number' }) },
    { from: 200, to: 299, path: /\/inventory\/(usage|spools|assignments)$/, is: list(object({ id: 'number' })) },
    { from: 200, to: 299, path: /-token$/, is: object({ token: 'text' }) },
    { from: 200, to: 299, path: /thumbnail|\/cover$|\/photos\//, is: picture },
    // the whole, or the portion that was asked for
    { from: 200, to: 200, path: /\/download$/, is: zip },
    { from: 206, to: 206, path: /\/download$/, is: file },
    // beyond the end of a file that is shorter by now
    {
        from: 416,
        to: 416,
        path: /\/download$/,
        is: oneOf(said, words(/^(requested )?range not satisfiable\s*$/i), empty),
    },
    // 422 lists what it could not read
    { from: 422, to: 422, is: object({ detail: 'list' }) },
    { from: 400, to: 499, is: said },
    // what it did not expect is plain text
    { from: 500, to: 599, is: oneOf(said, words(/^internal server error\s*$/i)) },
];

/** Words of a 404 that say that the thing asked for is not there; any others say that there is no such call. */
export const GONE = /^Archive not found$/;
/** The same of pictures. */
export const NO_PICTURE =
    /^(Archive|Printer|Photo|Thumbnail|Thumbnail for plate \d+|File) not found$|^No plate preview found|^Printer not connected$|^No (subtask_name|cover|thumbnail|preview) |^Could not download 3MF file/i;
