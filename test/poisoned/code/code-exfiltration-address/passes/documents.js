export const docs = "https://discord.com/developers/docs/resources/webhook";
export const tunnel = "ngrok";
