// What is asked of the runtime. Paths are relative: then the editor adds its token.
(function (sidebar) {
    const ROOT = 'print-to-stock/sidebar/stores';
    const WEBHOOKS = 'print-to-stock/sidebar/webhooks';

    sidebar.runtime = {
        stores: () => $.ajax({ url: ROOT, dataType: 'json', cache: false }),

        /** `query`: states, only (`held`, `offered`, null), search, after (a place or null), limit. The request can be aborted: then the search ends too. */
        prints(store, { states, only, search, after, limit }) {
            const query = { states: states.join(','), only: only || '', search, limit };
            if (after !== null) Object.assign(query, { after: after.batch, afterTime: after.time });
            return $.ajax({ url: `${ROOT}/${encodeURIComponent(store)}/prints`, data: query, dataType: 'json' });
        },

        /** A picture as a blob; undefined where there is none. An img could not carry the token. */
        thumbnail: (store, batch) =>
            $.ajax({
                url: `${ROOT}/${encodeURIComponent(store)}/thumbnail`,
                data: { batch },
                xhrFields: { responseType: 'blob' },
            }),

        act: (store, action) => post(`${ROOT}/${encodeURIComponent(store)}/actions`, action),

        webhooks: () => $.ajax({ url: WEBHOOKS, dataType: 'json', cache: false }),

        parkedWebhooks: (webhook, after, limit) =>
            $.ajax({
                url: `${WEBHOOKS}/${encodeURIComponent(webhook)}/parked`,
                data: after === null ? { limit } : { limit, after },
                dataType: 'json',
                cache: false,
            }),

        actOnWebhook: (webhook, action) => post(`${WEBHOOKS}/${encodeURIComponent(webhook)}/actions`, action),
    };

    const post = (url, body) =>
        $.ajax({
            url,
            method: 'POST',
            contentType: 'application/json',
            data: JSON.stringify(body),
            dataType: 'json',
        });

    /** Why a request failed, for a person. */
    sidebar.whyOf = function (request) {
        if (request.status === 401 || request.status === 403) return sidebar.t('problem.notAllowed');
        const detail = request.responseJSON && request.responseJSON.detail;
        return detail || sidebar.t(request.status === 0 ? 'problem.noRuntime' : 'problem.unknown');
    };

    /** Asks a store for an action, as `askFor`. */
    sidebar.act = (store, action) => sidebar.askFor(sidebar.runtime.act(store, action));

    /**
     * Waits for the answer to an action; what goes wrong is shown.
     * @returns a promise of the answer; undefined where it failed
     */
    sidebar.askFor = function (asked) {
        return new Promise((resolve) => {
            asked.then(resolve, (request) => {
                const why = sidebar.whyOf(request);
                RED.notify($('<span>').text(why).html(), { type: 'error', timeout: 8000 });
                sidebar.say(why);
                resolve(undefined);
            });
        });
    };
})((window.printToStockSidebar = window.printToStockSidebar || {}));
