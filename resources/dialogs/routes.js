/** What went wrong before a route of ours could answer, by the status of the answer. */
const NO_ANSWER = { 0: 'nodeRed', 401: 'notAllowed', 403: 'notAllowed', 404: 'noRoute' };

/**
 * Asks the runtime of this package.
 * @returns its answer, and how to stop asking; an answer that does not come is `{ problem }` like any other
 */
export function ask(route, body) {
    const request = $.ajax({
        url: `${RED.settings.apiRootUrl || ''}print-to-stock/${route}`,
        method: 'POST',
        contentType: 'application/json',
        dataType: 'json',
        data: JSON.stringify(body),
    });
    const answer = new Promise((resolve) => {
        request.then(resolve, ({ status, responseJSON }) => {
            if (responseJSON?.problem) return resolve(responseJSON);
            const kind = NO_ANSWER[status] ?? 'failed';
            resolve({ ok: false, items: [], total: 0, results: {}, problem: { kind, values: {}, message: '' } });
        });
    });
    return { answer, stop: () => request.abort() };
}

/** Runs when an element leaves the page for good: the dialog was closed, however that came. */
export function whenGone(element, run) {
    // jQuery UI tells every element that is removed; a dialog below another one is only taken aside
    $(element).on('remove', run);
}
