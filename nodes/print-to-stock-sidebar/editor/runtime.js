// What is asked of the runtime. Paths are relative: then the editor adds its token.
(function (sidebar) {
    const ROOT = 'print-to-stock/sidebar/stores';

    sidebar.runtime = {
        stores: () => $.ajax({ url: ROOT, dataType: 'json', cache: false }),

        /** `query`: states, search, after (a place or null), limit. The request can be aborted: then the search ends too. */
        prints(store, { states, search, after, limit }) {
            const query = { states: states.join(','), search, limit };
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

        act: (store, action) =>
            $.ajax({
                url: `${ROOT}/${encodeURIComponent(store)}/actions`,
                method: 'POST',
                contentType: 'application/json',
                data: JSON.stringify(action),
                dataType: 'json',
            }),
    };

    /** Why a request failed, for a person. */
    sidebar.whyOf = function (request) {
        if (request.status === 401 || request.status === 403) return sidebar.t('problem.notAllowed');
        const detail = request.responseJSON && request.responseJSON.detail;
        return detail || sidebar.t(request.status === 0 ? 'problem.noRuntime' : 'problem.unknown');
    };

    /**
     * Asks for an action; what goes wrong is shown.
     * @returns a promise of the answer; undefined where it failed
     */
    sidebar.act = function (store, action) {
        return new Promise((resolve) => {
            sidebar.runtime.act(store, action).then(resolve, (request) => {
                const why = sidebar.whyOf(request);
                RED.notify($('<span>').text(why).html(), { type: 'error', timeout: 8000 });
                sidebar.say(why);
                resolve(undefined);
            });
        });
    };
})((window.printToStockSidebar = window.printToStockSidebar || {}));
