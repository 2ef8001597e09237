/** What of Evotor's documented exchanges is held against the simulator and the client, and what is not, and why. */

/** Files of `recordings/evotor/examples`: bodies put together after the documentation. */
export const EXAMPLES: Readonly<Record<string, string>> = {
    'stores.json': 'simulator and client',
    'product-groups.json': 'simulator and client',
    'products-page1.json': 'simulator and client',
    'products-page2-last.json': 'simulator and client',
    'products-no-stock-right.json': 'simulator and client',
    'images.json': 'simulator and client',
    'errors.json': 'client; the simulator answers the 400s of a format and the headers of a 429',
    'bulk-task.json': 'not covered: nothing is ever written to Evotor',
    'webhooks.json':
        'what the simulated cloud sends and takes for an answer; hookshot (a draft of 2018) is not covered',
};

/** Exchanges of `recordings/evotor/v2-examples.json`: bodies as Evotor's own pages have them. */
export const DOCUMENTED: Readonly<Record<string, string>> = {
    'GET /stores': 'simulator and client',
    'GET /stores/{store-id}/product-groups': 'client; the page leaves out the id, so the row is unreadable',
    'GET /stores/{store-id}/products': 'client; the page leaves out the id, so the row is unreadable',
    'GET /stores/{store-id}/products/{product-id}': 'client and simulator: the row is that of a list',
    'product modification (created)': 'client: the row is that of a list',
    'GET /stores/{store-id}/products/{product-id}/images': 'simulator and client',
    '202 bulk task': 'not covered: nothing is ever written to Evotor',
    'webhook POST …/user/create request': 'what the simulated cloud sends and takes for an answer',
    'webhook POST …/user/create answer 200': 'what the simulated cloud sends and takes for an answer',
    'webhook POST …/user/verify request': 'what the simulated cloud sends and takes for an answer',
    'webhook POST …/user/verify answer 200': 'what the simulated cloud sends and takes for an answer',
    'webhook POST …/user/token request': 'what the simulated cloud sends and takes for an answer',
    'webhook error answers (own service → Evotor)': 'what the simulated cloud sends and takes for an answer',
};
