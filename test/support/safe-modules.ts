/**
 * Modules of Safe that no package publishes, written anew for these tests after their published
 * interface and behaviour: the same functions, the same storage of who may do what, no signatures.
 *
 * @see https://github.com/safe-global/safe-modules/blob/main/modules/allowances/contracts/AllowanceModule.sol
 * @see https://github.com/candidelabs/candide-contracts/tree/main/contracts/modules/social_recovery
 */
import { type Compiled, compile } from './compile.ts';

const SAFE_INTERFACE = `
  interface ISafe {
    function execTransactionFromModule(address to, uint256 value, bytes memory data, uint8 operation)
      external returns (bool);
    function getOwners() external view returns (address[] memory);
  }`;

export const allowanceModule = (): Compiled =>
  compile(
    'AllowanceModule',
    `${SAFE_INTERFACE}
    contract AllowanceModule {
      struct Allowance { uint96 amount; uint96 spent; uint16 resetTimeMin; uint32 lastResetMin; uint16 nonce; }
      mapping(address => mapping(address => mapping(address => Allowance))) public allowances;
      mapping(address => mapping(address => address[])) public tokens;
      mapping(address => address[]) internal delegates;

      function addDelegate(address delegate) external { delegates[msg.sender].push(delegate); }
      function removeDelegate(address delegate, bool removeAllowances) external {
        address[] storage list = delegates[msg.sender];
        for (uint256 i = 0; i < list.length; i++) {
          if (list[i] != delegate) continue;
          list[i] = list[list.length - 1];
          list.pop();
        }
        address[] storage of_ = tokens[msg.sender][delegate];
        for (uint256 i = 0; removeAllowances && i < of_.length; i++) {
          allowances[msg.sender][delegate][of_[i]].amount = 0;
        }
      }
      function setAllowance(address delegate, address token, uint96 amount, uint16 resetTimeMin, uint32)
        external
      {
        Allowance storage allowance = allowances[msg.sender][delegate][token];
        if (allowance.nonce == 0) tokens[msg.sender][delegate].push(token);
        if (allowance.nonce == 0) allowance.nonce = 1;
        allowance.lastResetMin = uint32(block.timestamp / 60);
        allowance.resetTimeMin = resetTimeMin;
        allowance.amount = amount;
      }
      function resetAllowance(address delegate, address token) external {
        allowances[msg.sender][delegate][token].spent = 0;
      }
      function deleteAllowance(address delegate, address token) external {
        allowances[msg.sender][delegate][token].amount = 0;
      }
      function executeAllowanceTransfer(
        ISafe safe, address token, address to, uint96 amount, address, uint96, address, bytes memory
      ) external {
        Allowance storage allowance = allowances[address(safe)][msg.sender][token];
        allowance.spent += amount;
        require(allowance.spent <= allowance.amount, 'spent too much');
        require(safe.execTransactionFromModule(to, amount, '', 0));
      }
      function getTokens(address safe, address delegate) external view returns (address[] memory) {
        return tokens[safe][delegate];
      }
      function getTokenAllowance(address safe, address delegate, address token)
        external view returns (uint256[5] memory)
      {
        Allowance memory a = allowances[safe][delegate][token];
        if (a.resetTimeMin > 0 && a.lastResetMin + a.resetTimeMin <= block.timestamp / 60) a.spent = 0;
        return [uint256(a.amount), a.spent, a.resetTimeMin, a.lastResetMin, a.nonce];
      }
      function getDelegates(address safe, uint48, uint8 pageSize)
        external view returns (address[] memory results, uint48 next)
      {
        address[] storage list = delegates[safe];
        uint256 length = list.length < pageSize ? list.length : pageSize;
        results = new address[](length);
        for (uint256 i = 0; i < length; i++) results[i] = list[i];
        next = list.length > pageSize ? uint48(uint160(list[pageSize])) : 0;
      }
    }`,
  );

/** With its recovery period, in seconds, as part of the code. */
export const socialRecoveryModule = (): Compiled =>
  compile(
    'SocialRecoveryModule',
    `${SAFE_INTERFACE}
    contract SocialRecoveryModule {
      struct RecoveryRequest {
        uint256 guardiansApprovalCount; uint256 newThreshold; uint64 executeAfter; address[] newOwners;
      }
      struct SignatureData { address signer; bytes signature; }
      uint256 internal immutable recoveryPeriod;
      mapping(address => RecoveryRequest) internal requests;
      mapping(bytes32 => mapping(address => bool)) internal confirmed;
      mapping(address => address[]) internal guardians;
      mapping(address => uint256) public threshold;

      constructor(uint256 period) { recoveryPeriod = period; }

      function addGuardianWithThreshold(address guardian, uint256 threshold_) external {
        guardians[msg.sender].push(guardian);
        threshold[msg.sender] = threshold_;
      }
      function changeThreshold(uint256 threshold_) external { threshold[msg.sender] = threshold_; }
      function cancelRecovery() external { delete requests[msg.sender]; }
      function confirmRecovery(address wallet, address[] calldata owners, uint256 count, bool execute)
        external
      {
        require(isGuardian(wallet, msg.sender), 'no guardian');
        confirmed[keccak256(abi.encode(wallet, owners, count))][msg.sender] = true;
        if (execute) executeRecovery(wallet, owners, count);
      }
      function multiConfirmRecovery(
        address, address[] calldata, uint256, SignatureData[] memory, bool
      ) external pure { revert('not in this test'); }
      function executeRecovery(address wallet, address[] calldata owners, uint256 count) public {
        uint256 approvals = 0;
        for (uint256 i = 0; i < guardians[wallet].length; i++) {
          if (confirmed[keccak256(abi.encode(wallet, owners, count))][guardians[wallet][i]]) approvals++;
        }
        require(threshold[wallet] > 0 && approvals >= threshold[wallet], 'too few');
        requests[wallet] =
          RecoveryRequest(approvals, count, uint64(block.timestamp + recoveryPeriod), owners);
      }
      function finalizeRecovery(address wallet) external {
        require(block.timestamp >= requests[wallet].executeAfter, 'too early');
        delete requests[wallet];
        ISafe(wallet).getOwners();
      }
      function isGuardian(address wallet, address guardian) public view returns (bool) {
        for (uint256 i = 0; i < guardians[wallet].length; i++) {
          if (guardians[wallet][i] == guardian) return true;
        }
        return false;
      }
      function getGuardians(address wallet) external view returns (address[] memory) {
        return guardians[wallet];
      }
      function getRecoveryRequest(address wallet) external view returns (RecoveryRequest memory) {
        return requests[wallet];
      }
    }`,
  );
