import { file, list, object, oneOf, picture, words, type OwnForm } from '../../http/own-form';

const said = object({ detail: 'text' });
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
    { from: 200, to: 299, path: /\/download$/, is: file },
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
