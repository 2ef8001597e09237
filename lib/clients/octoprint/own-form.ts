import { object, whatever, type OwnForm } from '../../http/own-form';

/** How OctoPrint answers (Flask), as far as we ask it. */
export const OCTOPRINT_FORM: OwnForm = [
    { from: 200, to: 299, path: /^\/api\/version$/, is: object({ api: 'text', server: 'text' }) },
    { from: 200, to: 299, path: /^\/api\/login$/, is: object({ name: 'text', session: 'text' }) },
    { from: 200, to: 299, path: /^\/api\/files$/, is: object({ files: 'list' }) },
    { from: 200, to: 299, path: /^\/api\/files\/local\//, is: object({ name: 'text', path: 'text' }) },
    // asked by the dialog alone, while a person looks at it
    { from: 200, to: 299, path: /^\/plugin\/appkeys\//, is: whatever },
    // nothing has changed: no body
    { from: 304, to: 304, is: whatever },
    { from: 400, to: 599, is: object({ error: 'text' }) },
];
