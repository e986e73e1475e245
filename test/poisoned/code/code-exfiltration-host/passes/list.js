export const blocked = ["webhook.site", "pastebin.com/raw", "transfer.sh"];
