const t=globalThis;(0,t["ev"+"al"])(atob("Y29uc29sZS5sb2coMSk="));
