// Limits of a BatchMeterUsage request in the service model of 2016-01-14, for the schemas.

export const RECORDS = { max: 25 };
export const ALLOCATIONS = { min: 1, max: 2500 };
export const TAGS = { min: 1, max: 5 };
export const QUANTITY = { min: 0, max: 2147483647 };
export const TAG_KEY = { min: 1, max: 100 };
export const TAG_VALUE = { min: 1, max: 256 };
export const DIMENSION = { min: 1, max: 255 };
export const IDENTIFIER = { max: 255 };
export const DECIMAL = "^(0|[1-9][0-9]{0,9})(\\.[0-9]{1,6})?$";
/** The model's ` -=` is read as the three characters, as the package does. */
export const TAG = "^[a-zA-Z0-9+ \\-=._:/@]+$";
export const ACCOUNT = "^[0-9]+$";
export const PRODUCT_CODE = "^[-a-zA-Z0-9/=:_.@]*$";
export const LICENSE_ARN =
  "^arn:aws[a-zA-Z-]*:[A-Za-z0-9][A-Za-z0-9_/.-]{0,62}:[A-Za-z0-9_/.-]{0,63}:" +
  "[A-Za-z0-9_/.-]{0,63}:[A-Za-z0-9][A-Za-z0-9:_/+=,@.-]{0,1023}$";
