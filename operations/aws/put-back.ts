/**
 * What mends a resource of the stack that was deleted by hand. To CloudFormation it is still there, so that a deployment of an
 * unchanged template does nothing about it.
 */
export const PUT_BACK =
  'put it back by that name, as the template has it: a deployment takes it for there, and does not';
