/* The portal: the console for a platform's customers. */

export default {
  "portal.none_title": "Open this page from your platform",
  "portal.link_title": "This link has been used or is too old",
  "portal.over_title": "Your session has ended",
  "portal.ending_title": "Your session is about to end",
  "portal.closed_title": "You are signed out",
  "portal.closed_body": "You can close this page.",
  "portal.embedded_body": "The page around this one did not renew your session. Try again, or reload that page.",
  "portal.expired_hint": "Renew it as said above, then try again.",
  "portal.tab_body": "Renew your session in a new tab, then come back to this one.",
  "portal.back_body": "Go back to your platform and open this page from there.",
  "portal.kept": "What you have entered stays here.",
  "portal.renew": "Renew session",
  "portal.handed_on_title": "Your session has been renewed",
  "portal.handed_on_body": "The tab you came from goes on with it. You can close this one.",
  "portal.other_account": "Your session is for another account.",
  "portal.no_webhooks": "Webhooks tell another system what happens in this account.",
  "portal.not_granted_title": "This is not part of your access",
  "portal.not_granted_read": "Your platform has not given you access to webhooks and deliveries.",
  "portal.not_granted_write": "You can look at webhooks, but not add or change them.",
};
