// The editor's own deploy, with what came of it.

/** `asked`: Node-RED has a question first, or its button cannot be pressed just now; the deploy may follow. */
export type Deployed = { as: 'deployed' } | { as: 'asked' } | { as: 'failed'; status: number; why: string };

const FLOWS = /(^|\/)flows(\?|$)/;
const EVENTS = 'ajaxSend.pts-setup ajaxError.pts-setup';

/**
 * Presses Deploy, with the type of deploy that is chosen there.
 * @param told runs with each thing that comes of it, `asked` before another
 * @returns ends the listening
 */
export function deploy(told: (outcome: Deployed) => void): () => void {
    let isSent = false;
    const leave = (): void => {
        RED.events.off('deploy', succeeded);
        $(document).off(EVENTS);
    };
    const end = (outcome: Deployed): void => {
        leave();
        told(outcome);
    };
    const succeeded = (): void => end({ as: 'deployed' });
    RED.events.on('deploy', succeeded);
    $(document).on('ajaxSend.pts-setup', (_event, _request, settings) => {
        if (isDeploy(settings)) isSent = true;
    });
    $(document).on('ajaxError.pts-setup', (_event, request, settings) => {
        if (isDeploy(settings)) end({ as: 'failed', status: request.status, why: request.responseText ?? '' });
    });
    RED.actions.invoke('core:deploy-flows');
    if (!isSent) told({ as: 'asked' });
    return leave;
}

function isDeploy({ url = '', type = '', method = type }: JQuerySentSettings): boolean {
    return method.toUpperCase() === 'POST' && FLOWS.test(url);
}
